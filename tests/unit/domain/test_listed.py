"""What is kept of an object that was listed."""

from dataclasses import replace

from daypass.domain.grant import EXPIRES_AT, Subject
from daypass.domain.listed import listed
from tests.unit.usecases.grants.sweeping import an_object


def test_says_who_has_what_until_when() -> None:
    """For whoever reads what became of it."""
    assert listed(an_object()).said == (
        "alice@example.com, ClusterRole/view, until 2026-11-20T13:00:00Z"
    )
    bare = replace(an_object(end=""), subjects=())
    assert listed(bare).said == "nobody, ClusterRole/view, until for ever"


def test_is_short_whatever_somebody_wrote() -> None:
    """Thousands of them are held in memory at once."""
    who = (Subject(name="x" * 1_000),) * 2
    long = replace(an_object(), subjects=who, annotations={EXPIRES_AT: "x" * 1_000})
    assert len(listed(long).said) < 400
