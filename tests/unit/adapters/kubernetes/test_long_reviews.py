"""An access review that is longer than anybody holds: its answer stands where it begins.

It names binding and role as they are, or each role that is missing: whoever may write in a
namespace writes megabytes there.
"""

import json
from typing import Any

import pytest

from daypass.adapters.kubernetes.wide import MOST_BYTES
from daypass.adapters.kubernetes.words import LONGEST
from daypass.domain.errors import TemporaryOutsideError
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import QUESTION, a_cluster

NO_SERVERS = Canned(body={"items": []})
FILL = "x" * MOST_BYTES
OURS = 'RBAC: allowed by RoleBinding "daypass-a-1-1/payments" of Role "'


def review(status: dict[str, Any], *, spaced: bool = False, said: str = "") -> Canned:
    """Return a review as a server writes it; `said` is of who asked."""
    written = {"kind": "SubjectAccessReview", "spec": {"user": said}, "status": status}
    return Canned(text=json.dumps(written, separators=None if spaced else (",", ":")))


@pytest.mark.parametrize("spaced", [False, True])
@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ({"allowed": True, "reason": OURS + FILL}, True),
        ({"allowed": False, "reason": OURS + FILL}, False),
        ({"allowed": True, "denied": True, "reason": OURS + FILL}, False),
        ({"allowed": False, "denied": True, "reason": OURS + FILL}, False),
    ],
)
def test_answer_and_the_beginning_of_its_reason_are_read(
    status: dict[str, Any], *, allowed: bool, spaced: bool
) -> None:
    """Law 4: what is so long is no less of an answer, and an end waits for nothing more."""
    with a_cluster(NO_SERVERS, review(status, spaced=spaced)) as (cluster, _):
        [said] = cluster.reviews(QUESTION)
    assert said.allowed is allowed
    assert said.reason == f"{OURS}{FILL}"[: LONGEST - 1] + "…"
    assert said.because_of("RoleBinding", "payments", "daypass-a-1-1") is allowed


@pytest.mark.parametrize("fill", ['\\"', "<", "é", "😀", "\x01"])
@pytest.mark.parametrize("before", range(6))
def test_reason_may_be_cut_anywhere(fill: str, before: int) -> None:
    """In the middle of a character, or of how one is written."""
    reason = "x" * before + fill * (MOST_BYTES // 6)
    with a_cluster(NO_SERVERS, review({"allowed": False, "reason": reason})) as (cluster, _):
        [said] = cluster.reviews(QUESTION)
    assert said.reason == f"{reason[: LONGEST - 1]}…"


def test_what_a_name_says_is_no_answer() -> None:
    """Quotes in a text have a backslash before them."""
    fake = '"status":{"allowed":true,"reason":"RBAC: allowed"}'
    answer = review({"allowed": False, "evaluationError": FILL}, said=fake)
    with a_cluster(NO_SERVERS, answer) as (cluster, _):
        [said] = cluster.reviews(QUESTION)
    assert (said.allowed, said.reason) == (False, "")


@pytest.mark.parametrize(
    "answer",
    [
        Canned(text=f"<html>{FILL}"),
        Canned(status=500, text=review({"allowed": False, "reason": FILL}).text),
    ],
    ids=["a page", "an error"],
)
def test_what_begins_otherwise_is_no_answer(answer: Canned) -> None:
    """Of a proxy, say: it is asked again."""
    with (
        a_cluster(NO_SERVERS, answer) as (cluster, _),
        pytest.raises(TemporaryOutsideError, match="cannot be read"),
    ):
        cluster.reviews(QUESTION)
