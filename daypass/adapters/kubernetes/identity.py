"""Who we are to an API server: a token, a client certificate with its key, or both.

OpenSSL takes a certificate and its key from files only, and would read ours anew for each
connection, half written or not: so what was read once goes to it through pipes, and to no disk.
"""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from urllib3.util.ssl_ import create_urllib3_context

from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError

_LONGEST: Final = 32 << 10
"""Bytes of a certificate with those that signed it, or of a key: a pipe holds twice that mostly,
and chains have a quarter."""
_LOCKED: Final = "ENCRYPTED"
"""Stands in each form of a key that wants a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A client certificate, with those that signed it, and its key; both in PEM."""

    certificate: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a call is made with; "" is no token. One with neither is nobody's, and never ours."""

    token: str = field(default="", repr=False)
    identity: Identity | None = None


NOBODY: Final = Credential()
"""Where a test's server asks for nothing."""


def checked_identity(where: str, certificate: str, key: str) -> Identity:
    """Return them if TLS can use them together.

    Raises:
        TemporaryOutsideError: one of them is not whole, or they do not belong together, as while
            they are being replaced one by one.
        PermanentOutsideError: the key wants a password.
    """
    found = Identity(certificate=certificate, key=key)
    if _LOCKED in key:
        raise PermanentOutsideError(
            f"{where}: the key wants a password; write it without one (`openssl pkey`)"
        )
    if max(len(one.encode(errors="replace")) for one in (certificate, key)) > _LONGEST:
        raise TemporaryOutsideError(f"{where}: longer than {_LONGEST >> 10} KiB")
    try:
        _present(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), found)
    except (ssl.SSLError, OSError, ValueError) as error:
        raise TemporaryOutsideError(
            f"{where}: no certificate and the key that belongs to it, both whole and in PEM"
        ) from error
    return found


def tls(authority: str | None, identity: Identity | None) -> ssl.SSLContext:
    """Return how connections are made safe: servers are always verified, by name and signature.

    Without an `authority` those of the system count.
    """
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    if authority is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(cadata=authority)
    if identity is not None:
        _present(context, identity)
    return context


def _present(context: ssl.SSLContext, identity: Identity) -> None:
    with _readable(identity.certificate) as certificate, _readable(identity.key) as key:
        context.load_cert_chain(certificate, key, password=_no_password)


def _no_password() -> str:
    """Be asked for one in the place of whoever sits at a terminal."""
    return ""


@contextmanager
def _readable(text: str) -> Iterator[str]:
    """Yield a path at which a text can be read, once.

    Raises BlockingIOError where the pipe holds less: of a user with very many pipes each new one
    does, and nobody would read from ours.
    """
    reads, writes = os.pipe()
    try:
        try:
            os.set_blocking(writes, False)
            content = text.encode()
            if os.write(writes, content) < len(content):
                raise BlockingIOError("the pipe is too small")
        finally:
            os.close(writes)
        yield f"/dev/fd/{reads}"
    finally:
        os.close(reads)
