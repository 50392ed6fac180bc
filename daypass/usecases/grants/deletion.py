"""Delete what has to go from a cluster, each object after a look at it afresh."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.grant import MANAGED_BY, GrantObject
from daypass.domain.listed import Listed, listed
from daypass.domain.suspicion import Suspicion
from daypass.ports import Cluster, Each
from daypass.usecases.grants.remove import held

Judge = Callable[[GrantObject], Suspicion | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """An object that has to go, and why; `refusal` says what keeps it, empty when it is gone.

    `passing`: it is not known if that is the object's, or if the cluster does not answer at all.
    """

    found: Listed
    why: Suspicion
    refusal: str = ""
    passing: bool = False


Told = Callable[[Deletion], None]


def _unheard(_: Deletion) -> None:
    """Tell nobody."""


def doomed(found: GrantObject, judge: Judge) -> Deletion | None:
    """Judge an object that was listed; keep what it takes to delete it, and no more of it."""
    why = judge(found)
    return Deletion(found=listed(found), why=why) if why is not None else None


def delete_afresh(
    one: Deletion, judge: Judge, cluster: Cluster, *, told: Told = _unheard
) -> Deletion | None:
    """Look at an object once more and delete exactly that; None where nothing has to go any more.

    `told` hears of it before anything is done. One that the cluster refuses to show or to delete
    is refused, whatever else is wrong: whoever put it there must not stop the whole look.
    """
    try:
        found = cluster.read(one.found.ref)
    except OutsideError as error:
        return _refused(one, error)
    now = doomed(found, judge) if found is not None and labelled(found) else None
    if now is None:
        return None
    told(now)
    try:
        left = held(now.found.ref, cluster.delete(now.found.ref))
    except OutsideError as error:
        return _refused(now, error)
    return replace(now, refusal=left.kept)


def _refused(one: Deletion, error: OutsideError) -> Deletion:
    passing = isinstance(error, TemporaryOutsideError)
    return replace(one, refusal=str(error), passing=passing)


def in_portions(
    some: Sequence[Deletion],
    delete: Callable[[Deletion], Deletion | None],
    each: Each,
    *,
    portion: int,
) -> Iterator[Sequence[Deletion | None]]:
    """Delete them side by side, and yield after each portion what became of it.

    Names that fit no address come last and one by one: each costs lists of all that is there, which
    neither memory nor the threads that ends share have room for side by side.
    """
    named = [one for one in some if one.found.ref.addressable]
    for start in range(0, len(named), portion):
        yield each(delete, named[start : start + portion])
    for one in some:
        if not one.found.ref.addressable:
            yield [delete(one)]


def labelled(found: GrantObject | None) -> bool:
    """Whether it is there and under our label."""
    return found is not None and found.labels.get(MANAGED_BY) == "daypass"
