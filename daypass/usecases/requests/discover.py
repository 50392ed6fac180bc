"""Discover: who is bound to what on a cluster, and what that allows; nothing here changes it."""

from dataclasses import dataclass

from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.picture import ROLES, Entry
from daypass.domain.reasons import NotThere, UnknownKind
from daypass.domain.search import ORDER, Query, Thing, kinds_meant
from daypass.ports import AskPorts
from daypass.usecases.requests.look import View, look
from daypass.usecases.shared.pictured import found, with_lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class Discover:
    """Look on a cluster for what all `words` are in, of that kind, in those namespaces.

    One word that is a role's whole key, `ClusterRole/view`, shows its rules.
    """

    actor: PersonId
    cluster: str
    words: tuple[str, ...] = ()
    kind: str = ""
    namespaces: tuple[str, ...] = ()
    page: int = 1

    @property
    def anything(self) -> bool:
        """Whether nothing in particular is looked for."""
        return not (self.words or self.kind or self.namespaces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """What was found, the best first, or the one role whose rules were asked for."""

    asked: Discover
    view: View
    things: tuple[Thing, ...] = ()
    role: Entry | None = None


def discover(command: Discover, ports: AskPorts) -> Discovered:
    """Find what somebody looks for among what they may see."""
    view = look(command.actor, command.cluster, ports)
    key = _role_key(command.words)
    if key:
        return Discovered(asked=command, view=view, role=_role(key, view, ports))
    query = Query(words=command.words, kinds=kinds(command.kind), namespaces=command.namespaces)
    things = found(command.cluster, query, view.sight, ledger=ports)
    if view.sight.everything:
        things = with_lacking(things, view.about, ledger=ports)
    return Discovered(asked=command, view=view, things=things)


def kinds(said: str) -> tuple[str, ...]:
    """Return the kinds that are meant, all of them by no word.

    Raises RefusedError for a word that is none.
    """
    meant = kinds_meant(said)
    if said and not meant:
        raise RefusedError(UnknownKind(text=said, kinds=ORDER))
    return meant


def _role_key(words: tuple[str, ...]) -> str:
    key = words[0] if len(words) == 1 else ""
    return key if key.startswith(tuple(f"{kind}/" for kind in ROLES)) else ""


def _role(key: str, view: View, ports: AskPorts) -> Entry:
    """Return a role that one may see; whether there are others nobody learns."""
    entry = ports.pictures.named(view.cluster.name, [key]).get(key)
    seen = view.sight.of(entry) if entry is not None else None
    if seen is None:
        raise RefusedError(NotThere(text=key, cluster=view.cluster.name))
    return seen
