"""Turns every way in which an API call fails into an `OutsideError` that says what to do next.

Library errors stop here; texts are cut and hold neither tokens nor bodies of requests.
"""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

import urllib3.exceptions as network

from daypass.adapters.kubernetes.reply import Reply
from daypass.adapters.kubernetes.tunnels import NotThroughError
from daypass.adapters.kubernetes.words import one_line
from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError

_LONGEST: Final = 300
"""Characters of the server's own words; a refused `bind` lists every rule of the role."""
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
"""As Go's `%q` writes: what is in a name ends where the name does."""
_FORBIDDEN: Final = rf"\S+ (?:{_QUOTED} )?is forbidden: "
_ESCALATION: Final = re.compile(
    rf"{_FORBIDDEN}user {_QUOTED} (?:\(groups=\[(?:{_QUOTED} ?)*\]\) )?"
    "is attempting to grant RBAC permissions not currently held"
)
_DENIED: Final = re.compile(
    rf"{_FORBIDDEN}ValidatingAdmissionPolicy '(?P<policy>[^']+)' with binding '[^']+' "
    "denied request: (?P<why>.+)",
    re.DOTALL,
)
_TERMINATING: Final = re.compile(
    rf"{_FORBIDDEN}unable to create new content in namespace \S+ because it is being terminated"
)
_NO_NAMESPACE: Final = re.compile(rf"namespaces {_QUOTED} not found")
"""A webhook that refuses may do so with any status, but its name comes first."""
UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError)
"""What comes of reading JSON that is not what it should be."""
_UNAUTHORIZED: Final = "Unauthorized"
_BAD_CERTIFICATE: Final = "CERTIFICATE_VERIFY_FAILED"
_BAD_BY: Final = {
    "mismatch, certificate is not valid for": "names another server",
    "certificate has expired": "has run out",
    "certificate is not yet valid": "begins later, or our clock is slow",
}
"""What Python and OpenSSL say of a certificate, and what that means; else it is who signed it."""
_STRANGE: Final = "is not signed by the configured authority"
_NEVER_SENT: Final = (
    network.NewConnectionError,
    network.ConnectTimeoutError,
    network.NameResolutionError,
    network.LocationValueError,
    NotThroughError,
)
_WORDS: Final = {
    network.NameResolutionError: "the server's name is not known",
    network.NewConnectionError: "the server cannot be reached",
    network.ConnectTimeoutError: "the server cannot be reached in time",
    network.ReadTimeoutError: "the server does not answer in time",
    network.ProtocolError: "the connection broke",
}

_PASSING: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,  # A token is replaced now and then, and we read it again.
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.GONE,
    }
)


class TooSlowError(TemporaryOutsideError):
    """The answer did not come in time, or not all of it."""


class TooMuchError(PermanentOutsideError):
    """The answer is longer than we are willing to hold; less has to be asked for.

    `beginning` is how it begins, where what was asked for was done.
    """

    def __init__(self, text: str, beginning: bytes = b"") -> None:
        super().__init__(text)
        self.beginning = beginning


@contextmanager
def stopping_library_errors(what: str, *, writes: bool) -> Iterator[None]:
    """Raise `OutsideError` for whatever goes wrong between us and an answer in JSON.

    `writes`: whether the call changes something, so that its outcome may be unknown.
    """
    try:
        yield
    except (network.SSLError, ssl.SSLError) as error:
        raise _no_tls(what, error, writes=writes) from error
    except network.HTTPError as error:
        unsent = isinstance(error, _NEVER_SENT)
        text = f"{what}: {_plain(error)}"
        slow = isinstance(error, network.ReadTimeoutError)
        kind = TooSlowError if slow else TemporaryOutsideError
        raise kind(text, unknown=writes and not unsent) from error
    except OSError as error:
        raise TemporaryOutsideError(f"{what}: {_cut(str(error))}", unknown=writes) from error
    except ValueError as error:  # No JSON, or what the library's models make of it.
        raise _unreadable(what, writes=writes) from error


def _plain(error: network.HTTPError) -> str:
    """Say it in words that fit on a card; the library's own hold addresses and object ids."""
    if isinstance(error, NotThroughError):
        return error.said
    words = (said for kind, said in _WORDS.items() if isinstance(error, kind))
    return next(words, _cut(str(error)))


@contextmanager
def reading(what: str, *, writes: bool) -> Iterator[None]:
    """Raise `OutsideError` where an answer in JSON is not what it should be."""
    try:
        yield
    except UNREADABLE as error:
        raise _unreadable(what, writes=writes) from error


def _unreadable(what: str, *, writes: bool) -> OutsideError:
    return TemporaryOutsideError(f"{what}: the answer cannot be read", unknown=writes)


def _no_tls(what: str, error: Exception, *, writes: bool) -> OutsideError:
    if _BAD_CERTIFICATE in str(error):  # It passes where both are being replaced, one by one.
        fault = next((said for word, said in _BAD_BY.items() if word in str(error)), _STRANGE)
        return TemporaryOutsideError(f"{what}: the server's certificate {fault}", unknown=writes)
    return TemporaryOutsideError(f"{what}: {_cut(str(error))}", unknown=writes)


def refusal(what: str, reply: Reply, *, writes: bool) -> OutsideError:
    """Return the error for an answer that is no success."""
    said = f"{what}: {_cut(_said(reply)) or reply.status} ({reply.status})"
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # The server may have stored the object and then lost sight of etcd.
        return TemporaryOutsideError(said, delay=reply.retry_after, unknown=writes)
    if reply.status in _PASSING:
        return TemporaryOutsideError(said, delay=reply.retry_after)
    return PermanentOutsideError(said)


def is_unknown(reply: Reply) -> bool:
    """Whether the server does not know who asks; a webhook that refuses with that names itself."""
    return reply.status == HTTPStatus.UNAUTHORIZED and reply.message == _UNAUTHORIZED


def unknown_to(what: str, known_by: str, reply: Reply) -> OutsideError:
    """Return the error for a call of which the server does not know who makes it."""
    return TemporaryOutsideError(
        f"{what}: the server does not accept {known_by} ({reply.status}); "
        "renew it, it is looked at again by itself",
        delay=reply.retry_after,
    )


def _said(reply: Reply) -> str:
    """Return what the server says; of an admission policy its name and its sentence."""
    denied = _DENIED.match(reply.message)
    return f"{denied['policy']} refused it: {denied['why']}" if denied else reply.message


def refused_binding(what: str, reply: Reply, *, namespace: str, role: str) -> OutsideError:
    """Return the error for a binding that was not written, in words that say what to change."""
    if reply.status == HTTPStatus.FORBIDDEN and _ESCALATION.match(reply.message):
        return PermanentOutsideError(
            f"{what}: the grants worker may not bind {role} there; "
            "apply what `daypass rbac` prints for this cluster"
        )
    if reply.status == HTTPStatus.NOT_FOUND and _NO_NAMESPACE.match(reply.message):
        return PermanentOutsideError(f"{what}: namespace {namespace} does not exist")
    if reply.status == HTTPStatus.FORBIDDEN and _TERMINATING.match(reply.message):
        return PermanentOutsideError(f"{what}: namespace {namespace} is being deleted")
    return refusal(what, reply, writes=True)


def _cut(text: str) -> str:
    return one_line(text, _LONGEST)
