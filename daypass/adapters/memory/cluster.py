"""One API server's RBAC in memory: objects with uids, roles with rules, reviews in its own words.

For tests: the switches make it unreachable, late, forgetful of replies, or refusing.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from daypass.adapters.memory.rbac import reason, role_key
from daypass.adapters.memory.surroundings import Shows, depicted, snapshot
from daypass.adapters.memory.watches import Watches
from daypass.domain.discovery import NOTHING, Snapshot, Wanted
from daypass.domain.epoch import Watermark
from daypass.domain.errors import BrokenInvariantError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import CREATE_BEFORE, MAC, MANAGED_BY, GrantObject, equal
from daypass.domain.ids import LeaseId
from daypass.domain.instants import read_time
from daypass.domain.lease import ObjectRef
from daypass.domain.listed import Listed, listed
from daypass.domain.picture import Kind, Shown
from daypass.domain.rbac import PolicyRule, probes
from daypass.domain.rbac.bindings import Binding
from daypass.domain.rbac.meaning import Meaning, meaning
from daypass.domain.review import Answer, Question
from daypass.domain.sighting import Sighting

HOLDER: Final = "example.com/held"
"""The finalizer of what is `sticky`."""


class MemoryCluster:
    """A `Cluster` that holds its objects itself.

    `roles` is keyed as in a snapshot: `ClusterRole/view`, `Role/payments/log-reader`. `bound` is
    what others bound, besides what of theirs is among the objects.
    """

    def __init__(
        self,
        name: str,
        now: Callable[[], datetime],
        *,
        namespaces: Sequence[str] = ("default",),
        roles: Mapping[str, Sequence[PolicyRule]] | None = None,
        bound: Sequence[Binding] = (),
    ) -> None:
        self.name, self.namespaces = name, set(namespaces)
        self.roles: dict[str, tuple[PolicyRule, ...]] = {
            role: tuple(rules) for role, rules in (roles or {}).items()
        }
        self.bound = list(bound)
        self.down = False
        """Nothing answers; nothing that is asked happens."""
        self.late = False
        """A create gets no answer and happens at `land`."""
        self.lossy = False
        """A create or delete happens, its answer is lost."""
        self.sticky = False
        """A delete is accepted and the object stays, as one with a finalizer does."""
        self.refusal = ""
        """Every create is refused with this text."""
        self.guard = False
        """A create after its own `create-before` is refused, as the admission policy does."""
        self.mark: Watermark | None = None
        """What the ConfigMap says; None: there is nothing in it."""
        self.bindable: frozenset[str] | None = None
        """The roles (`ClusterRole/view`) that we may bind; None: all of them."""
        self._now = now
        self._objects: dict[tuple[str, str, str], GrantObject] = {}
        self.flying: list[GrantObject] = []
        self._reviewed: tuple[GrantObject, ...] | None = None
        self._made, self._watches, self._shows = 0, Watches(), Shows()
        self._lock = threading.RLock()

    # ── What tests do to it ──────────────────────────────────────────────────────────────────────

    @property
    def objects(self) -> tuple[GrantObject, ...]:
        """Every binding that is there now, whoever made it, oldest first."""
        with self._lock:
            return tuple(self._objects.values())

    def put(self, found: GrantObject) -> GrantObject:
        """Create or replace an object as an administrator does, with a new uid."""
        with self._lock:
            self._made += 1
            ref = replace(found.ref, uid=f"uid-{self._made}")
            made = replace(found, ref=ref, revision=str(self._made))
            self._objects.pop(_key(found.ref), None)
            self._objects[_key(found.ref)] = made
            return made

    def touch(self, ref: ObjectRef) -> None:
        """Change of an object what is not ours, as somebody may who writes there."""
        self._made += 1
        self._objects[_key(ref)] = replace(self._objects[_key(ref)], revision=str(self._made))

    def remove(self, ref: ObjectRef) -> None:
        """Delete an object as an administrator does."""
        with self._lock:
            self._objects.pop(_key(ref), None)

    def remove_namespace(self, namespace: str) -> None:
        """Delete a namespace with all that is in it."""
        with self._lock:
            self.namespaces.discard(namespace)
            for ref in [found.ref for found in self.objects if found.ref.namespace == namespace]:
                self.remove(ref)
            for role in [r for r in self.roles if r.startswith(f"Role/{namespace}/")]:
                del self.roles[role]

    def land(self) -> int:
        """Let the creates that are still on their way happen; say how many did."""
        with self._lock:
            before = len(self._objects)
            flying, self.flying = self.flying, []
            for found in flying:
                if self._lets_in(found) and _key(found.ref) not in self._objects:
                    self.put(found)
            return len(self._objects) - before

    def hold_reviews(self) -> None:
        """Answer reviews from what is there now, as a server whose cache lags, until told."""
        self._reviewed = self.objects

    def release_reviews(self) -> None:
        """Answer reviews from what is there."""
        self._reviewed = None

    # ── The port ─────────────────────────────────────────────────────────────────────────────────

    def create(self, planned: GrantObject) -> ObjectRef:
        """Create an object, or find the very same one there already; return it with its uid."""
        with self._lock:
            self._answer()
            self._admit(planned)
            if self.late:
                self.flying.append(planned)
                raise TemporaryOutsideError(f"{self.name}: timed out", unknown=True)
            there = self._objects.get(_key(planned.ref)) or self.put(planned)
            self._reply()
        if not equal(there, planned):
            raise PermanentOutsideError(f"{self.name}: another {planned.ref} is there already")
        return there.ref

    def read(self, ref: ObjectRef) -> GrantObject | None:
        """Return the object of that name as it is now, with its uid."""
        self._answer()
        with self._lock:
            return self._objects.get(_key(ref))

    def delete(self, ref: ObjectRef) -> tuple[str, ...] | None:
        """Delete the object with exactly that uid; return what keeps it, None if none is there."""
        if not ref.uid:
            raise BrokenInvariantError(f"{ref} is to be deleted without its uid")
        with self._lock:
            self._answer()
            there = self._objects.get(_key(ref))
            if there is not None and there.ref.uid != ref.uid:
                raise PermanentOutsideError(f"{self.name}: {ref} was replaced by somebody")
            held = None if there is None else there.finalizers or (HOLDER,) * self.sticky
            if not held:
                self.remove(ref)
            self._reply()
            return held

    def of_leases(self, leases: Sequence[LeaseId], install: str) -> Sequence[Listed]:
        """Return what is there under our label, and an install's, for these leases."""
        mine = (found for found in self.ours() if found.install == install)
        return [listed(found) for found in mine if found.lease in leases]

    def ours(self) -> Iterator[GrantObject]:
        """Return everything under our label, page by page, of every install."""
        self._answer()
        for found in self.objects:
            self._answer()
            if found.labels.get(MANAGED_BY) == "daypass":
                yield found

    def watch(self, kind: str, since: str = "") -> Iterator[Sighting]:
        """Yield what changed of a kind under our label since then, and end: there is no more."""
        self._answer()
        seen = [found for found in self.ours() if found.ref.kind == kind]
        yield from self._watches.between(kind, since, seen)

    def forget_watches(self) -> None:
        """Remember nothing of what was seen: the next watch begins anew, as after a 410."""
        self._watches, self._shows = Watches(), Shows()

    def picture(self, kind: Kind, since: str = "") -> Iterator[Shown]:
        """Yield everybody's things of a kind, or what changed of them, and end."""
        self._answer()
        return self._shows.shown(kind, since, depicted(self, kind))

    def means(self, roles: Sequence[str]) -> Mapping[str, Meaning]:
        """Return what those of `roles` that are there allow."""
        self._answer()
        return {role: meaning(self.roles[role]) for role in roles if role in self.roles}

    def questions(self, planned: GrantObject) -> Sequence[Question]:
        """Return access reviews that the object makes true, from its role's rules."""
        self._answer()
        rules = self.roles.get(role_key(planned))
        if rules is None:
            raise PermanentOutsideError(f"{self.name}: {role_key(planned)} does not exist")
        asked = probes(planned, rules)
        if not asked:
            what = f"{self.name}: {role_key(planned)} allows nothing"
            raise PermanentOutsideError(f"{what} that could be proven in plain words")
        return asked

    def reviews(self, question: Question) -> Sequence[Answer]:
        """Answer as RBAC does, once: the first binding that allows it is named."""
        return (self._reviewed_now(question),)

    def _reviewed_now(self, question: Question) -> Answer:
        self._answer()
        objects = self.objects if self._reviewed is None else self._reviewed
        reasons = (
            reason(found, self.roles.get(role_key(found), ()), question)
            for found in sorted(objects, key=lambda found: bool(found.ref.namespace))
        )
        said = next(filter(None, reasons), "")
        return Answer(allowed=bool(said), reason=said)

    def annotate(self, found: GrantObject, annotations: Mapping[str, str]) -> None:
        """Change annotations of exactly the object that was read, while it is sealed as it was."""
        with self._lock:
            self._answer()
            there = self._objects.get(_key(found.ref))
            if there is None or there.ref.uid != found.ref.uid:
                raise PermanentOutsideError(f"{self.name}: {found.ref} is gone")
            if there.annotations.get(MAC) != found.annotations.get(MAC):
                raise TemporaryOutsideError(f"{self.name}: {found.ref} was changed meanwhile")
            self._made += 1
            changed = {**there.annotations, **annotations}
            self._objects[_key(found.ref)] = replace(
                there, annotations=changed, revision=str(self._made)
            )
            self._reply()

    def watermark(self) -> Watermark | None:
        """Return how far the store had come when somebody last wrote it down here."""
        self._answer()
        return self.mark

    def keep_watermark(self, mark: Watermark) -> None:
        """Write down how far the store has come."""
        self._answer()
        self.mark = mark

    def time(self) -> datetime:
        """Return the time that everybody has here."""
        self._answer()
        return self._now().replace(microsecond=0)

    def probe(self) -> None:
        """Ask for next to nothing; raises OutsideError when the server does not answer."""
        self._answer()

    def discover(self, wanted: Wanted = NOTHING) -> Snapshot:
        """Look at the roles and namespaces that are wanted."""
        self._answer()
        return snapshot(self, self._now(), wanted)

    def _answer(self) -> None:
        if self.down:
            raise TemporaryOutsideError(f"{self.name}: unreachable")

    def _reply(self) -> None:
        if self.lossy:
            raise TemporaryOutsideError(f"{self.name}: the answer was lost", unknown=True)

    def _admit(self, planned: GrantObject) -> None:
        if self.refusal:
            raise PermanentOutsideError(self.refusal)
        if not self._has_place(planned.ref):
            raise PermanentOutsideError(
                f"{self.name}: namespace {planned.ref.namespace} does not exist"
            )
        if not self._lets_in(planned):
            raise PermanentOutsideError(f"{self.name}: {planned.ref} comes too late")
        if self.bindable is not None and str(planned.role) not in self.bindable:
            raise PermanentOutsideError(f"{self.name}: the right to bind {planned.role} is missing")

    def _lets_in(self, planned: GrantObject) -> bool:
        until = read_time(planned.annotations.get(CREATE_BEFORE, ""))
        late = self.guard and until is not None and self._now() > until
        return self._has_place(planned.ref) and not late

    def _has_place(self, ref: ObjectRef) -> bool:
        return not ref.namespace or ref.namespace in self.namespaces


def _key(ref: ObjectRef) -> tuple[str, str, str]:
    return ref.kind, ref.namespace, ref.name
