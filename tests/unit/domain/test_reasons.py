"""Every reason for a no is one plain sentence that says what holds and who or what could help."""

import pytest

from daypass.domain import reasons as no
from daypass.domain.errors import RefusedError, TemporaryOutsideError
from daypass.domain.reasons import Reason, either
from tests.unit.domain.said import HOUR, SAID
from tests.unit.domain.said_of_more_time import SAID_OF_MORE_TIME
from tests.unit.domain.said_of_risks import SAID_OF_RISKS

ALL = [*SAID, *SAID_OF_RISKS, *SAID_OF_MORE_TIME]


@pytest.mark.parametrize(
    ("reason", "sentence"), ALL, ids=[type(reason).__name__ for reason, _ in ALL]
)
def test_reason_reads_as_a_plain_sentence(reason: Reason, sentence: str) -> None:
    """A no says what holds, in words, with the numbers and names that help."""
    assert str(reason) == sentence


def test_every_kind_of_reason_has_its_sentence_here() -> None:
    """No reason is added without somebody reading its words."""
    kinds = {kind.__name__ for kind in (*Reason.__subclasses__(), *no.Taken.__subclasses__())}
    assert {type(reason).__name__ for reason, _ in ALL} == kinds - {"Taken"}


def test_either_joins_as_a_sentence_does() -> None:
    """One, two and three names."""
    assert [either(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == [
        "a",
        "a or b",
        "a, b or c",
    ]


def test_errors_carry_what_to_do_next() -> None:
    """A refusal carries its reasons, a passing failure its delay and whether it may have worked."""
    refused = RefusedError(no.NoTimekeeper(), no.NotPositive(given=HOUR))
    assert refused.reasons == (no.NoTimekeeper(), no.NotPositive(given=HOUR))
    assert str(refused).startswith("No access is granted")
    failed = TemporaryOutsideError("timed out", delay=HOUR, unknown=True)
    assert (str(failed), failed.delay, failed.unknown) == ("timed out", HOUR, True)
