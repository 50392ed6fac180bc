"""Prove: the cluster itself says that an object of ours works (law 4)."""

from collections.abc import Sequence

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import PROOF_DEADLINE, ObjectRef, because_of
from daypass.domain.review import Answer, Question
from daypass.ports import GrantPorts
from daypass.usecases.shared.pauses import pauses


def prove(ref: ObjectRef, questions: Sequence[Question], ports: GrantPorts) -> str:
    """Ask until the cluster says yes to every question.

    Returns what the cluster names instead of our object when something else allowed it already.
    Raises TemporaryOutsideError when it still says no after PROOF_DEADLINE.
    """
    answers = [one for asked in questions for one in _asked_until_yes(asked, ports)]
    other = [answer.reason for answer in answers if not because_of(answer, ref)]
    return "; ".join(dict.fromkeys(reason or "another authorizer" for reason in other))


def _asked_until_yes(question: Question, ports: GrantPorts) -> Sequence[Answer]:
    """Return what every API server said, all of them yes in the end."""
    until = ports.clock.now() + PROOF_DEADLINE
    waits = pauses()
    answers = ports.cluster.reviews(question)
    while not all(answer.allowed for answer in answers):
        if ports.clock.now() >= until:
            raise TemporaryOutsideError("the cluster does not confirm the access that was created")
        ports.clock.pause(next(waits))
        answers = ports.cluster.reviews(question)
    return answers
