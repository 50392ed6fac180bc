"""The table of failpoints: a port's call, made from within a use case, and which side of it.

`X.before`: nothing of it has happened. `X.after`: it has, and nobody has heard of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """A call of a port that changes something outside the process, or that a proof rests on.

    `within` names functions that are all on the stack of the call, as `module.function`.
    """

    name: str
    within: tuple[str, ...]
    port: str
    method: str


def _at(name: str, call: str, *within: str) -> Boundary:
    port, _, method = call.partition(".")
    return Boundary(name=name, within=within, port=port, method=method)


CLAIM: Final = (_at("claim", "agenda.claim_shares", "pool.work_off"),)
PROVISION: Final = (
    _at("provision.started", "store.commit", "begin._begin", "together._commit_all"),
    _at("provision.create", "cluster.create", "provision._try"),
    _at("provision.proof", "cluster.reviews", "provision._proven", "prove._asked_until_yes"),
    _at("provision.granted", "store.commit", "provision._confirm", "together._commit_all"),
)
BEGIN: Final = (_at("begin.together", "store.commit", "begin.begin_all"),)
UNDO: Final = (
    _at("undo.held", "agenda.postpone", "settle.held_on", "provision._undo_alone"),
    _at("undo.delete", "cluster.delete", "provision._undo", "remove.delete_own"),
    _at("undo.undone", "store.commit", "provision._undo"),
    _at("undo.given_up", "store.commit", "provision._give_up"),
)
TAKE_BACK: Final = (_at("take_back.delete", "cluster.delete", "provision._take_back"),)
REVOKE: Final = (
    _at("revoke.ending", "store.commit", "expire._expire"),
    _at("revoke.delete", "cluster.delete", "revoke._revoke_due", "remove._delete"),
    _at("revoke.listed", "cluster.of_leases", "revoke._delete_left", "remove.left_of"),
    _at("revoke.proof", "cluster.reviews", "revoke._revoke_due", "prove._answers"),
    _at("revoke.ended", "store.commit", "over.write_over"),
)
OFFBOARD: Final = (_at("offboard.ending", "store.commit", "offboarded._end"),)
EXTEND: Final = (
    _at("extend.annotate", "cluster.annotate", "adjust._lengthen", "adjust._give"),
    _at("extend.extended", "store.commit", "adjust._confirm"),
)
SHORTEN: Final = (
    _at("shorten.annotate", "cluster.annotate", "adjust._cut", "adjust._give"),
    _at("shorten.settled", "store.commit", "adjust._cut"),
    _at("shorten.done", "agenda.finish", "settle.settle", "adjust.adjust"),
)
NOT_EXTEND: Final = (_at("extend.refused", "store.commit", "adjust._refuse"),)
RECHECK: Final = (
    _at("recheck.listed", "cluster.of_leases", "recheck.recheck", "remove.left_of"),
    _at("recheck.done", "agenda.finish", "settle.settle", "recheck.recheck"),
)
STRAYS: Final = (
    _at("reconcile.record", "store.record", "strays._announce"),
    _at("reconcile.delete", "cluster.delete", "deletion.delete_afresh", "strays._delete"),
    _at("reconcile.seen", "store.keep_seen", "reconcile.survey", "look_around.keep_and_say"),
    _at("reconcile.mark", "cluster.keep_watermark", "reconcile.reconcile", "epochs.keep_mark"),
    _at("reconcile.again", "agenda.postpone", "settle.settle", "reconcile.reconcile"),
)
DRIFT: Final = (_at("reconcile.drifted", "store.commit", "drift._end"),)
RESTORE: Final = (
    _at("restore.begun", "store.commit", "epochs._begin", "epochs._commit"),
    _at("restore.adopted", "store.commit", "adopt._adopt"),
    _at("restore.proven", "store.commit", "epochs._prove", "epochs._commit"),
)
TELL: Final = (
    _at("notify.held", "store.once", "notify._send"),
    _at("notify.send", "chat.send", "notify._send"),
    _at("notify.receipt", "store.keep_receipt", "notify._tell"),
    _at("notify.edit", "chat.edit", "notify._tell"),
    _at("notify.kept", "agenda.finish", "settle.settle", "notify.notify"),
)
BOUNDARIES: Final = (
    *CLAIM, *PROVISION, *BEGIN, *UNDO, *TAKE_BACK, *EXTEND, *SHORTEN, *NOT_EXTEND, *REVOKE,
    *OFFBOARD, *RECHECK, *STRAYS, *DRIFT, *RESTORE, *TELL,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Failpoint:
    """One side of a boundary."""

    boundary: Boundary
    after: bool

    @property
    def name(self) -> str:
        """Read as `provision.create.after`."""
        return f"{self.boundary.name}.{'after' if self.after else 'before'}"


def both_sides(boundaries: tuple[Boundary, ...]) -> Iterator[Failpoint]:
    """Return two failpoints for each boundary."""
    for boundary in boundaries:
        for after in (False, True):
            yield Failpoint(boundary=boundary, after=after)


FAILPOINTS: Final[Mapping[str, Failpoint]] = {one.name: one for one in both_sides(BOUNDARIES)}


def names(*boundaries: Boundary) -> list[str]:
    """Return the names of both sides of each, to run a test for every one."""
    return [one.name for one in both_sides(boundaries)]
