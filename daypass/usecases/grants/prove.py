"""Prove: the cluster itself says that an object of ours works, and later that none does (law 4)."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice
from math import ceil
from typing import Final, TypeVar

from daypass.domain.catalog import Level
from daypass.domain.deliveries import realisation
from daypass.domain.errors import (
    PermanentOutsideError,
    TemporaryOutsideError,
    UnreadableError,
)
from daypass.domain.grant import GrantObject, Subject, sealed_by
from daypass.domain.lease import (
    PROOF_DEADLINE,
    PROVISION_DEADLINE,
    SKEW,
    Lease,
    ObjectRef,
    because_of,
)
from daypass.domain.levels import level_on
from daypass.domain.names import may_be_of, name_of, named
from daypass.domain.review import Answer, Question
from daypass.domain.roles import Part, RoleKind, RoleRef
from daypass.domain.tally import Tally
from daypass.ports import GrantPorts
from daypass.usecases.grants.remove import is_own, kept_by, objects_of, place
from daypass.usecases.shared.holdings import tally_of
from daypass.usecases.shared.pauses import pauses

QUESTIONS: Final = 12
"""Asks before a proof is put off: with the pauses between them about 1.5 s."""
ASKED: Final = 20
"""Questions of one proof. A server learns of deletions in their order, so a few tell of all."""
_Answers = Sequence[tuple[Question, Answer]]
"""What the API servers said, each with what it was asked."""
T = TypeVar("T", Question, Part)


def prove(
    ref: ObjectRef,
    questions: Sequence[Question],
    ports: GrantPorts,
    *,
    since: float | None = None,
    among: Sequence[ObjectRef] = (),
) -> str:
    """Ask until the cluster says yes to every question; it was written at the tick `since`.

    Returns what the cluster names instead of our object when something else allowed it already;
    what was created with it, `among` which it is, is nothing else. Raises TemporaryOutsideError
    when it still says no after PROOF_DEADLINE, or when what it names is all that there is.
    """
    written = ports.clock.ticks() if since is None else since
    answers = [one for asked in questions for one in _asked_until_yes(asked, written, ports)]
    other = [answer for answer in answers if not because_of(answer, ref)]
    # That yes says nothing of ours, which somebody may have deleted or changed meanwhile.
    if other:
        must_be_there([ref], ports)
    foreign = [one for one in other if not any(because_of(one, own) for own in among)]
    return "; ".join(dict.fromkeys(one.reason or "another authorizer" for one in foreign))


def must_be_there(refs: Sequence[ObjectRef], ports: GrantPorts) -> None:
    """Raise TemporaryOutsideError where one of them is gone, or is not what we created any more."""
    for ref in refs:
        if not _is_there(ref, ports):
            raise TemporaryOutsideError(f"{ref} is gone from the cluster again, or was changed")


def _is_there(ref: ObjectRef, ports: GrantPorts) -> bool:
    found = ports.cluster.read(ref)
    if found is None or found.ref.uid != ref.uid:
        return False
    return sealed_by(found, cluster=ports.name, key=ports.key)


def _asked_until_yes(question: Question, written: float, ports: GrantPorts) -> Sequence[Answer]:
    """Return what every API server said, all of them yes in the end."""
    until = ports.clock.ticks() + PROOF_DEADLINE.total_seconds()
    waits, late = pauses(), False
    answers = ports.cluster.reviews(question)
    while not all(answer.allowed for answer in answers):
        late = True
        if ports.clock.ticks() >= until:
            raise TemporaryOutsideError("the cluster does not confirm the access that was created")
        ports.clock.pause(next(waits))
        answers = ports.cluster.reviews(question)
    now = ports.clock.ticks()
    ports.witness.lag.learn(now, now - written if late else None)
    return answers


def still_allowed(lease: Lease, tally: Tally | None, ports: GrantPorts) -> str | None:
    """Ask the cluster whether it still allows what the lease gave; `tally` is that of its holder.

    Returns what allows it besides us (empty for nothing), or None while it is because of us, or
    while a create may still land. Raises OutsideError where the cluster does not answer.
    """
    if _create_may_land(lease, ports.clock.now()):
        return None
    begun, count = _as_begun(lease, tally, ports)
    return _asked_until_not_ours(begun, _questions(begun, count, ports), ports)


def _as_begun(lease: Lease, tally: Tally | None, ports: GrantPorts) -> tuple[Lease, Tally | None]:
    """Return a lease for whom and what it was begun, and the tally that says so.

    Where that of its holder does not have it, who asked for it counts: whoever may write a lease
    need not be able to write its request, or a tally.
    """
    with suppress(UnreadableError):
        if tally is not None and lease.id not in tally.leases:
            request = ports.store.request(lease.request)
            if request is not None:
                tally = tally_of(request.requester, ports.name, ports)
                lease = replace(lease, holder=request.requester)
    return lease if tally is None else tally.as_begun(lease), tally


def _create_may_land(lease: Lease, now: datetime) -> bool:
    """Whether a create of which no answer was recorded may still be on its way."""
    if lease.attempt is None or lease.granted_at is not None:
        return False
    # One that may be created for longer was fixed by nobody of ours.
    genuine = lease.attempt.create_before <= now + PROVISION_DEADLINE + SKEW
    return genuine and now < lease.attempt.create_before + SKEW


def _asked_until_not_ours(
    lease: Lease, questions: Sequence[Question], ports: GrantPorts
) -> str | None:
    """Ask again and again while an object of the lease is named.

    Mostly it is gone and the server lags. What is named once more is looked at: what somebody keeps
    there, or makes anew each time, would be asked for at each try for nothing, in threads that
    other ends need.
    """
    named, went = False, False
    for pause in islice(pauses(), QUESTIONS):
        answers = _answers(questions, ports)
        refs = _of_lease(answers, lease)
        if not refs:
            return _besides(answers, lease)
        there = [(ref, _unknown(ref, ports)) for ref in refs] if named else []
        own = [one for ref, one in there if one and is_own(one, ref, lease, ports=ports)]
        for one in own:
            _let_go(one.ref, ports)
        # Somebody else's object that took our name is named, too; it is said to be theirs.
        if there and not own and all(one is not None for _, one in there):
            return _besides(answers, lease)
        if own and went:
            return None
        named, went = True, went or bool(own)
        ports.clock.pause(pause)
    return None


def _answers(questions: Sequence[Question], ports: GrantPorts) -> _Answers:
    return [(asked, said) for asked in questions for said in ports.cluster.reviews(asked)]


def _besides(answers: _Answers, lease: Lease) -> str:
    """Return what else allows what the lease gave: what its level gives by now it need not have."""
    given = lease.proof or [asked for asked, _ in answers]
    still = (said.reason for asked, said in answers if said.allowed and asked in given)
    return "; ".join(dict.fromkeys(still))


def _of_lease(answers: _Answers, lease: Lease) -> Sequence[ObjectRef]:
    """Return what the cluster names and a lease's objects may be called, whatever the store says.

    One that is in the store comes with its uid.
    """
    uids = {place(ref): ref.uid for ref in objects_of(lease)}
    named = dict.fromkeys(said.binding for _, said in answers)
    found = (
        ObjectRef(kind=one[0], namespace=one[1], name=one[2], uid=uids.get(one, ""))
        for one in named
        if one is not None
    )
    return [ref for ref in found if may_be_of(lease.id, ref)]


def _unknown(ref: ObjectRef, ports: GrantPorts) -> GrantObject | None:
    """Return what is there by that name, unless the store has it with its uid."""
    found = ports.cluster.read(ref)
    return None if found is None or found.ref.uid == ref.uid else found


def _let_go(ref: ObjectRef, ports: GrantPorts) -> None:
    """Delete what is ours although the store does not name it.

    Raises PermanentOutsideError where a finalizer keeps that.
    """
    if finalizers := ports.cluster.delete(ref):
        raise PermanentOutsideError(kept_by(ref, finalizers))


def _questions(lease: Lease, tally: Tally | None, ports: GrantPorts) -> Sequence[Question]:
    """Return what to ask: what the lease gives by our own word, and what its proof has besides.

    The proof comes from the store: whoever writes there takes no question away, and of what they
    add other ends do not wait for more than ASKED. Nor does whoever may delete a Role: what it was
    proven by is asked all the same.
    """
    own = tuple(dict.fromkeys(_evenly(tuple(_own_questions(lease, tally, ports)))))
    # What is about nobody no server answers, and nobody of ours asked it.
    proof = tuple(dict.fromkeys(asked for asked in lease.proof if asked.user))
    # Where the configuration has given the holder another name since, the proof has the old one.
    holder = ports.catalog.clusters[ports.name].username_of(lease.holder)
    theirs = tuple(question for question in proof if question.user == holder) or proof
    return tuple(dict.fromkeys((*own, *_evenly(theirs))))


def _own_questions(lease: Lease, tally: Tally | None, ports: GrantPorts) -> Iterator[Question]:
    """Yield what the level makes true now; nothing of a lease that was never begun.

    Where the tally is damaged, what the lease says of itself counts, and it was begun.
    """
    known = tally is None or lease.id in tally.running
    level = level_on(ports.name, lease.level, ports.catalog)
    if level is None or not (known or lease.proof or lease.attempt):
        return
    gone = set[RoleRef]()
    for one in _bound(lease, level, ports):
        try:
            yield from () if one.role in gone else ports.cluster.questions(one)
        except PermanentOutsideError:  # Its role is gone, or gives nothing any more.
            if one.role.kind is RoleKind.CLUSTER_ROLE:
                gone.add(one.role)  # The same one everywhere; of Roles each place has its own.


def _bound(lease: Lease, level: Level, ports: GrantPorts) -> Iterator[GrantObject]:
    """Yield objects as a lease of that level has them, of so many that it may be asked about."""
    holder = ports.catalog.clusters[ports.name].username_of(lease.holder)
    parts = _evenly(realisation(level).parts(level, lease.scope))
    for ref, part in zip(named(name_of(lease.id), parts), parts, strict=True):
        yield GrantObject(ref=ref, role=part.role, subjects=(Subject(name=holder),))


def _evenly(found: Sequence[T]) -> Sequence[T]:
    """Return up to ASKED, evenly from all."""
    return found[:: max(ceil(len(found) / ASKED), 1)]
