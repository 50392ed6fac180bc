"""Sweep: what must go from a cluster, by what its objects say themselves (laws 1, 3 and 10).

For the day on which there is no store: it needs a cluster and nothing else. Time is the API
server's own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from daypass.domain.errors import OutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.lease import SKEW
from daypass.domain.listed import Listed, listed
from daypass.domain.suspicion import Standard, Suspicion, foreign, left_alone, suspect_alone
from daypass.ports import Cluster, Each
from daypass.usecases.grants.deletion import Deletion, Judge, delete_afresh, in_portions

HELD: Final = "it was deleted and is still there"
CAME: Final = "it came meanwhile"
SILENT: Final = "it was not tried: the cluster does not answer any more"
PORTION: Final = 160
"""Objects between two looks at whether the cluster still answers: ten for each thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What to sweep; without the `key` (None) what was forged or altered stays.

    `everything` of this install goes whatever its end; `rehearsal` deletes nothing.
    """

    install: str
    cluster: str
    key: bytes | None = None
    everything: bool = False
    rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What came of it; `failed` says why not everything could be looked at.

    `left` has to go and is still there; `kept` may stay; `foreign` counts other installs' objects.
    """

    removed: tuple[Deletion, ...] = ()
    left: tuple[Deletion, ...] = ()
    kept: tuple[Listed, ...] = ()
    foreign: int = 0
    failed: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing that must go is left, as far as we know, and we know all."""
        return not self.left and not self.failed


@dataclass(slots=True, kw_only=True)
class _Look:
    """What a list showed by uid, and what of it has to go; up to where it `failed`.

    Of each object little is kept, and of other installs' nothing but how many they were: whoever
    has rights in a namespace may make thousands, of any size, and of those whatever guards us.
    """

    found: dict[str, Listed] = field(default_factory=dict)
    why: dict[str, Suspicion] = field(default_factory=dict)
    foreign: int = 0
    failed: str = ""

    def take(self, one: GrantObject, why: Suspicion | None, *, theirs: bool) -> None:
        """Keep what has to be known of one; it may come twice, and have been put right."""
        uid = one.ref.uid
        self.why.pop(uid, None)
        if theirs:
            self.found.pop(uid, None)
            self.foreign += 1
            return
        self.found[uid] = listed(one)
        if why is not None:
            self.why[uid] = why

    @property
    def doomed(self) -> list[Deletion]:
        """What has to go: ours first, whose names fit an address, and what nothing holds.

        Each namespace has its turn: in one of them somebody may have made thousands that the server
        only times out with, and the switch in the cluster has minutes.
        """
        some = [Deletion(found=self.found[uid], why=why) for uid, why in self.why.items()]
        before = Counter[tuple[bool, bool, str]]()

        def rank(one: Deletion) -> tuple[bool, bool, int]:
            place, held = one.found.ref, bool(one.found.finalizers)
            before[not place.addressable, held, place.namespace] += 1
            turn = before[not place.addressable, held, place.namespace]
            return not place.addressable, held, turn

        return sorted(some, key=rank)


def sweep(wish: Sweep, cluster: Cluster, each: Each) -> Swept:
    """Delete what must go, each by its uid after a fresh read; one refusal stops no other."""
    try:
        judge = _judge(wish, cluster)
    except OutsideError as error:
        return Swept(failed=str(error))
    look = _look(wish, judge, cluster)
    doomed = look.doomed
    if wish.rehearsal or not doomed:
        return _told(look, left=doomed)
    del look  # Two are never in memory.
    tried = [deletion for deletion in _all_tried(doomed, judge, cluster, each=each) if deletion]
    return _proven(cluster, tried, after=_look(wish, judge, cluster))


def _judge(wish: Sweep, cluster: Cluster) -> Judge:
    """Fix what objects are held against; raises OutsideError when the cluster has no time."""
    if wish.everything:  # Needs no clock.
        return lambda found: None if _theirs(found, wish) else Suspicion.UNWANTED
    # The clock that wrote the ends may be behind this one; and where Daypass is well it is faster,
    # so that whatever is found past its end shows that it is not.
    now = cluster.time() - SKEW
    against = Standard(install=wish.install, cluster=wish.cluster, key=wish.key, now=now, late=SKEW)
    return lambda found: None if _theirs(found, wish) else suspect_alone(found, against)


def _theirs(found: GrantObject, wish: Sweep) -> bool:
    return left_alone(found, wish.install, wish.cluster, key=wish.key)


def _look(wish: Sweep, judge: Judge, cluster: Cluster) -> _Look:
    """List everything under our label; what came before a failure counts all the same."""
    look = _Look()
    try:
        for one in cluster.ours():
            why = judge(one)
            look.take(one, why, theirs=why is None and foreign(one, wish.install))
    except OutsideError as error:
        look.failed = str(error)
    return look


def _all_tried(
    doomed: Sequence[Deletion], judge: Judge, cluster: Cluster, *, each: Each
) -> Iterator[Deletion | None]:
    """Try them all; where nothing works any more do not wait for thousands of answers."""
    delete, tried = partial(delete_afresh, judge=judge, cluster=cluster), 0
    for done in in_portions(doomed, delete, each, portion=PORTION):
        yield from done
        tried += len(done)
        if all(one and one.refusal for one in done) and not _answers(cluster):
            yield from (replace(deletion, refusal=SILENT) for deletion in doomed[tried:])
            return


def _answers(cluster: Cluster) -> bool:
    try:
        cluster.probe()
    except OutsideError:
        return False
    return True


def _proven(cluster: Cluster, tried: Sequence[Deletion], *, after: _Look) -> Swept:
    """Tell by a second look what went: an answer may be lost, and a finalizer keeps an object."""
    said = {deletion.found.ref.uid: deletion.refusal or HELD for deletion in tried}
    left = [replace(one, refusal=said.get(one.found.ref.uid, CAME)) for one in after.doomed]
    unseen = [deletion for deletion in tried if deletion.found.ref.uid not in after.found]
    doubtful = [one for one in unseen if one.refusal and (after.failed or _there(one, cluster))]
    kept = {one.found.ref.uid for one in doubtful}
    removed = [replace(one, refusal="") for one in unseen if one.found.ref.uid not in kept]
    return _told(after, left=[*left, *doubtful], removed=removed)


def _there(one: Deletion, cluster: Cluster) -> bool:
    """Whether what is not listed any more is there all the same: somebody took our label off it."""
    try:
        found = cluster.read(one.found.ref)
    except OutsideError:
        return True
    return found is not None and found.ref.uid == one.found.ref.uid


def _told(look: _Look, *, left: Sequence[Deletion], removed: Sequence[Deletion] = ()) -> Swept:
    staying = {deletion.found.ref.uid for deletion in left}
    return Swept(
        removed=tuple(removed),
        left=tuple(left),
        kept=tuple(found for uid, found in look.found.items() if uid not in staying),
        foreign=look.foreign,
        failed=look.failed,
    )
