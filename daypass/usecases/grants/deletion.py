"""Delete what has to go from a cluster, each object after a look at it afresh."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.grant import MANAGED_BY, GrantObject
from daypass.domain.suspicion import Suspicion
from daypass.ports import Cluster, Each
from daypass.usecases.grants.remove import held

Judge = Callable[[GrantObject], Suspicion | None]
Told = Callable[[GrantObject, Suspicion], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """An object that has to go, and why; `refusal` says what keeps it, empty when it is gone.

    `passing`: it is not known if that is the object's, or if the cluster does not answer at all.
    """

    found: GrantObject
    why: Suspicion
    refusal: str = ""
    passing: bool = False


def _unheard(*_: object) -> None:
    """Tell nobody."""


def delete_afresh(
    listed: GrantObject, judge: Judge, cluster: Cluster, *, told: Told = _unheard
) -> Deletion | None:
    """Look at an object once more and delete exactly that; None where nothing has to go any more.

    `told` hears of it before anything is done. One that the cluster refuses to show or to delete
    is refused, whatever else is wrong: whoever put it there must not stop the whole look.
    """
    try:
        found = cluster.read(listed.ref)
    except OutsideError as error:
        return _refused(listed, judge(listed), error)
    why = judge(found) if labelled(found) and found is not None else None
    if found is None or why is None:
        return None
    told(found, why)
    try:
        left = held(found.ref, cluster.delete(found.ref))
    except OutsideError as error:
        return _refused(found, why, error)
    return Deletion(found=found, why=why, refusal=left.kept)


def _refused(found: GrantObject, why: Suspicion | None, error: OutsideError) -> Deletion | None:
    if why is None:
        return None
    passing = isinstance(error, TemporaryOutsideError)
    return Deletion(found=found, why=why, refusal=str(error), passing=passing)


def in_portions(
    doomed: Sequence[GrantObject],
    delete: Callable[[GrantObject], Deletion | None],
    each: Each,
    *,
    portion: int,
) -> Iterator[Sequence[Deletion | None]]:
    """Delete them side by side, and yield after each portion what became of it."""
    for start in range(0, len(doomed), portion):
        yield each(delete, doomed[start : start + portion])


def labelled(found: GrantObject | None) -> bool:
    """Whether it is there and under our label."""
    return found is not None and found.labels.get(MANAGED_BY) == "daypass"
