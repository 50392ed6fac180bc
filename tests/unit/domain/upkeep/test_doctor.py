"""What is judged of a server, of what differs on it, and of its guard."""

from datetime import UTC, datetime, timedelta

import pytest

from daypass.domain.upkeep.comparison import Compared, Standing, Thing
from daypass.domain.upkeep.differences import judged_differences
from daypass.domain.upkeep.finding import About, Mark
from daypass.domain.upkeep.guarding import forbidden, judged_guard
from daypass.domain.upkeep.servers import (
    is_guarded,
    judged_clock,
    judged_servers,
    judged_version,
)

PROD = About(name="prod")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
GUARD = "daypass-guard-main"


@pytest.mark.parametrize(
    ("version", "mark"),
    [
        ("v1.29.9", Mark.WARNING),
        ("v1.30.0", Mark.OK),
        ("v1.36.3+k3s1", Mark.OK),
        ("v1.37.0", Mark.OK),
        ("v1.38.0", Mark.WARNING),
        ("mine", Mark.WARNING),
    ],
)
def test_version(version: str, mark: Mark) -> None:
    """One that cannot be guarded, or that nobody tried, is a warning."""
    assert judged_version(PROD, version).mark is mark
    assert is_guarded(version) is (version != "v1.29.9")


@pytest.mark.parametrize(
    ("off", "mark", "said"),
    [
        (0, Mark.OK, "as this machine's"),
        (2, Mark.OK, "as this machine's"),
        (4, Mark.WARNING, "4s ahead of"),
        (6, Mark.TROUBLE, "6s ahead of"),
        (-4, Mark.WARNING, "3s behind"),
        (-7, Mark.TROUBLE, "6s behind"),
    ],
)
def test_clock(off: int, mark: Mark, said: str) -> None:
    """A server writes whole seconds: it may be later than it says by one."""
    found = judged_clock(PROD, NOON + timedelta(seconds=off), (NOON, NOON))
    assert (found.mark, said in found.says) == (mark, True), found


def test_clock_of_a_slow_answer_may_be_right() -> None:
    """Whenever between asking and answer it was written."""
    later = NOON + timedelta(seconds=5)
    assert judged_clock(PROD, NOON, (NOON, later)).mark is Mark.OK
    assert judged_clock(PROD, later, (NOON, later)).mark is Mark.OK


def test_clock_that_is_not_said_is_not_known() -> None:
    """Nobody takes it for right."""
    assert judged_clock(PROD, None, (NOON, NOON)).blind


def test_servers() -> None:
    """Who may not count them takes one answer for all."""
    assert judged_servers(PROD, 1, "apply").mark is Mark.OK
    assert "3 API servers" in judged_servers(PROD, 3, "apply").says
    missing = judged_servers(PROD, None, "apply")
    assert (missing.mark, missing.mend) == (Mark.TROUBLE, "apply")


def test_differences_name_three_and_count_the_rest() -> None:
    """Four lines at most, however much differs."""
    found = [
        Compared(thing=Thing(kind="Role", name=f"{one}"), standing=Standing.MISSING)
        for one in range(5)
    ]
    unread = Compared(thing=Thing(kind="RoleBinding"), standing=Standing.UNREAD, why="no")
    said = list(judged_differences(PROD, [*found, unread], applying="apply", showing="show"))
    assert [one.says for one in said] == [
        "missing: Role 0, Role 1, Role 2 and 2 more",
        "could not be read: RoleBinding",
    ]
    assert [(one.mark, one.blind) for one in said] == [
        (Mark.TROUBLE, False),
        (Mark.WARNING, True),
    ]


def test_guard_is_known_by_its_words() -> None:
    """A refusal by anything else says nothing about it."""
    by = f"is forbidden: ValidatingAdmissionPolicy '{GUARD}' with binding '{GUARD}' denied request"
    assert judged_guard(PROD, GUARD, by, applying="apply").mark is Mark.OK
    assert judged_guard(PROD, GUARD, "", applying="apply").mark is Mark.TROUBLE
    assert judged_guard(PROD, f"{GUARD}-2", by, applying="apply").blind


def test_forbidden_is_a_role_that_may_be_bound() -> None:
    """Else RBAC refuses first."""
    bind = {"verbs": ["bind"], "resources": ["roles"], "resourceNames": ["reader"]}
    role = {"kind": "Role", "metadata": {"name": "b", "namespace": "pay"}, "rules": [bind]}
    made = forbidden([{"metadata": {"name": "a"}}, role])
    assert made is not None
    assert made["metadata"]["namespace"] == "pay"
    assert (made["roleRef"]["kind"], made["roleRef"]["name"]) == ("Role", "reader")
    assert forbidden([{"metadata": {"name": "a"}}]) is None
