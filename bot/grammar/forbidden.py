"""Understands Kubernetes' own words for a no, as somebody copied them from a terminal.

`pods "web" is forbidden: User "alice@example.com" cannot get resource "pods" in API group "" in the
namespace "payments"`: so says k8s.io/apiserver (pkg/endpoints/handlers/responsewriters/errors.go),
with or without kubectl's `Error from server (Forbidden):`, and other authorizers add their reasons.
Keyboards and chats make quotes curly and break lines; JSON escapes quotes.
"""

import re
from typing import Final

from bot.grammar.line import Line, Verb
from daypass.domain.kubectl import written
from daypass.domain.quotes import DOUBLE
from daypass.domain.review import Question

_SAID: Final = r'"(?P<{0}>(?:[^"\\]|\\.)*)"'
_PLACE: Final = rf"(?:in the namespace {_SAID.format('namespace{0}')}|at the cluster scope)"
_NO: Final = re.compile(
    rf'(?:"(?P<name>(?:[^"\\]|\\.)*)" is )?(?:forbidden: )?'
    rf"User {_SAID.format('user')} cannot (?P<verb>[^\s\"]+) "
    rf"(?:resource {_SAID.format('resource')} in API group {_SAID.format('group')}"
    rf"(?: {_PLACE.format(1)})?"
    rf"|path {_SAID.format('path')}"
    rf"|(?P<bare>[^\s\"]+) {_PLACE.format(2)})",
    re.IGNORECASE,
)
_QUOTES: Final = re.compile(f"[{DOUBLE}]")
_CREATING: Final = "create"


def heard(typed: str) -> Line | None:
    """Return what was refused as the question about it; None for any other text."""
    text = " ".join(_QUOTES.sub('"', typed).split())
    if 'User \\"' in text:
        text = text.replace('\\"', '"')
    found = _NO.search(text)
    if found is None:
        return None
    said = {key: _plain(value or "") for key, value in found.groupdict().items()}
    resource, _, part = said["resource"].partition("/")
    if said["bare"]:
        resource, _, said["group"] = said["bare"].partition(".")
    question = Question(
        user=said["user"],
        verb=said["verb"].lower(),
        group=said["group"],
        resource=resource,
        name="" if said["verb"].lower() == _CREATING and not part else said["name"],
        path=said["path"],
    )
    namespace = said["namespace1"] or said["namespace2"]
    return Line(
        verb=Verb.CAN_I,
        words=(question.verb, written(question)),
        namespaces=(namespace,) if namespace else (),
        part=part,
        heard_of=said["user"],
    )


def _plain(said: str) -> str:
    r"""Undo Go's `%q` as far as names have anything in them that it escapes."""
    return re.sub(r'\\(["\\])', r"\1", said)
