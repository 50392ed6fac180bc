"""What a credential plugin is told and what it answers: client.authentication.k8s.io.

Its words reach logs and cards, so they are cut, and nothing in them that may be a secret is kept.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final

from daypass.adapters.kubernetes.decoding import decoded
from daypass.adapters.kubernetes.identity import Credential, Identity, checked_identity
from daypass.adapters.kubernetes.rereading import checked_token
from daypass.adapters.kubernetes.running import Ran, run
from daypass.adapters.kubernetes.words import one_line
from daypass.domain.access import Plugin
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.secrets import without_secrets

GROUP: Final = "client.authentication.k8s.io/"
VERSIONS: Final = ("v1", "v1beta1")
"""What kubectl 1.36 takes, too; what is answered has to be of the version that was asked for."""
KIND: Final = "ExecCredential"
TOLD: Final = "KUBERNETES_EXEC_INFO"
"""The variable in which a plugin finds what it is asked."""
_ENVIRONMENT: Final = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
}
"""All that a plugin finds beside what its own configuration says: none of our secrets."""
_LONGEST: Final = 200
"""Characters of what it says of its troubles."""
_SHORTEST: Final = 6
"""Characters of a variable's value that may be a secret: `true` and `1` are none."""
_GUESSED: Final = re.compile(r"[^\s\"']{25,}")
"""A word that is so long may be a token of a form that nobody knows."""
_SECRET: Final = re.compile("secret|token|passw|key|credential", re.IGNORECASE)
"""In the name of an argument: what it is given is hidden."""
_HIDDEN: Final = "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a plugin gave, and until when it says that it is good."""

    credential: Credential
    expires: datetime | None = None


def asked(plugin: Plugin, cluster: Mapping[str, Any] | None = None) -> Given:
    """Run a plugin; it is told about the `cluster` where one is given.

    Raises:
        TemporaryOutsideError: which plugin, what is wrong, and how to see it by oneself.
    """
    try:
        return _given(plugin, _ran(plugin, cluster))
    except OutsideError as error:
        raise TemporaryOutsideError(
            f"the plugin {plugin.command} gave no credential: {error}; "
            "run it by hand as the worker's user and see"
        ) from error


def _ran(plugin: Plugin, cluster: Mapping[str, Any] | None) -> Ran:
    spec: dict[str, Any] = {"interactive": False}
    if cluster is not None:
        spec["cluster"] = cluster
    told = json.dumps({"apiVersion": GROUP + plugin.version, "kind": KIND, "spec": spec})
    environment = {**_ENVIRONMENT, **plugin.env, TOLD: told}
    argv = [str(plugin.command), *plugin.args]
    ran = run(argv, environment, plugin.timeout.total_seconds())
    if ran.code:
        ended = f"exit code {ran.code}" if ran.code > 0 else f"signal {-ran.code}"
        said = _harmless(plugin, ran.complained)
        raise TemporaryOutsideError(f"{ended}{f', {said}' if said else ''}")
    return ran


def _harmless(plugin: Plugin, complained: bytes) -> str:
    """Return what it said as far as it is no secret: neither one of ours, nor like any other."""
    text = complained.decode(errors="replace")
    for value in (*plugin.env.values(), *_secrets(plugin.args)):
        if len(value) >= _SHORTEST:
            text = text.replace(value, _HIDDEN)
    text = without_secrets(text, _HIDDEN)
    return (
        f"“{one_line(shown, _LONGEST)}”" if (shown := _GUESSED.sub(_HIDDEN, text).strip()) else ""
    )


def _secrets(args: Sequence[str]) -> Iterator[str]:
    """Yield what stands with, or behind, an argument that is called like a secret."""
    for one, following in zip_longest(args, args[1:], fillvalue=""):
        name, joined, value = one.partition("=")
        if name.startswith("-") and _SECRET.search(name):
            yield value if joined else following


def _given(plugin: Plugin, ran: Ran) -> Given:
    try:
        answer = decoded(ran.said)
    except ValueError as error:
        raise TemporaryOutsideError("what it printed is no JSON") from error
    if not isinstance(answer, dict) or answer.get("kind") != KIND:
        raise TemporaryOutsideError(f"what it printed is no {KIND}")
    if answer.get("apiVersion") != GROUP + plugin.version:
        known = [one for one in VERSIONS if answer.get("apiVersion") == GROUP + one]
        raise TemporaryOutsideError(
            f"it was asked for version {plugin.version} of {GROUP[:-1]} and answered with "
            f"{known[0] if known else 'another'}; ask for the one that it has"
        )
    status = answer.get("status")
    if not isinstance(status, dict):
        raise TemporaryOutsideError("its answer has no status")
    token, identity = _token(status), _identity(status)
    if not token and identity is None:
        raise TemporaryOutsideError("its answer has neither a token nor a client certificate")
    return Given(credential=Credential(token=token, identity=identity), expires=_expiry(status))


def _text(status: Mapping[str, Any], name: str) -> str:
    value = status.get(name)
    if value is not None and not isinstance(value, str):
        raise TemporaryOutsideError(f"{name} in its answer is no text")
    return value or ""


def _token(status: Mapping[str, Any]) -> str:
    token = _text(status, "token")
    return checked_token("its answer", token) if token else ""


def _identity(status: Mapping[str, Any]) -> Identity | None:
    pair = [_text(status, name) for name in ("clientCertificateData", "clientKeyData")]
    return checked_identity("its answer", *pair) if any(pair) else None


def _expiry(status: Mapping[str, Any]) -> datetime | None:
    written = _text(status, "expirationTimestamp")
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError as error:
        raise TemporaryOutsideError("expirationTimestamp in its answer is no time") from error
    if at.tzinfo is None:
        raise TemporaryOutsideError("expirationTimestamp in its answer has no time zone")
    return at
