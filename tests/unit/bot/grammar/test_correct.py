"""A refusal becomes the line that would be right, where writing can put it right."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.grammar.correct import corrected, onward
from bot.grammar.line import Line, Verb
from daypass.domain import reasons as no
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.reasons import Reason
from daypass.domain.scope import within

HOUR = timedelta(hours=1)
ASKED = Line(verb=Verb.TO, words=("prd",), levels=("dbg",), namespaces=("a",), reason="x")


@pytest.mark.parametrize(
    ("reasons", "line"),
    [
        (
            (no.UnknownCluster(name="prd", nearest=("prod", "prep")),),
            'to prod --k8sGroup=dbg --namespace a --reason "x"',
        ),
        ((no.UnknownCluster(name="prd", nearest=()),), None),
        (
            (no.UnknownLevel(name="dbg", nearest=("debug",)),),
            'to prd --k8sGroup=debug --namespace a --reason "x"',
        ),
        (
            (no.NamespaceNotAllowed(level="dbg", namespace="a", allowed=("team-*", "pay")),),
            'to prd --k8sGroup=dbg --namespace NAMESPACE --reason "x"',
        ),
        (
            (no.NamespaceNotAllowed(level="dbg", namespace="a", allowed=("pay",)),),
            'to prd --k8sGroup=dbg --namespace pay --reason "x"',
        ),
        ((no.NamespaceNotAllowed(level="dbg", namespace="a", allowed=()),), None),
        (
            (no.NamespaceNeeded(level="dbg", choose=("team-*",)),),
            'to prd --k8sGroup=dbg --namespace a --namespace NAMESPACE --reason "x"',
        ),
        (
            (
                no.ReasonMissing(workflow="w"),
                no.DurationTooLong(asked=3 * HOUR, most=HOUR, workflow="w"),
                no.DurationTooLong(asked=3 * HOUR, most=2 * HOUR, workflow="v"),
            ),
            'to prd --k8sGroup=dbg --namespace a --duration 1h --reason "…"',
        ),
        ((no.ReasonMissing(workflow="w"), no.NoTimekeeper()), None),
        ((no.NoWorkflow(who="eve", level="dbg", cluster="prd"),), None),
        ((no.HoldsSecret(kind="Slack token"),), None),
    ],
)
def test_corrected_puts_right_all_or_nothing(reasons: tuple[Reason, ...], line: str | None) -> None:
    """A line that would be refused again is not offered."""
    assert corrected(ASKED, reasons) == line


LEASE, REQUEST = LeaseId("k7q2m9x4t1bd-1"), RequestId("k7q2m9x4t1bd")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HALF: Any = {"until": NOON, "more": HOUR / 2}
BOTH = Line(verb=Verb.TO, words=("prod",), levels=("debug", "nodes"), reason="x")
PLACES = Line(verb=Verb.TO, words=("prod",), levels=("debug",), namespaces=("a", "b"), reason="x")


def taken(level: str = "debug", free: tuple[str, ...] = ()) -> Any:
    """Return what every kind of it has in common."""
    return {
        "there": LEASE, "level": level, "cluster": "prod", "scope": within("a"), "most": 1,
        "free": free,
    }  # fmt: skip


ASKED_ALREADY = no.AskedAlready(**{**taken(), "there": REQUEST}, by=("team:sre",))


@pytest.mark.parametrize(
    ("line", "reasons", "lines"),
    [
        (ASKED, (no.HeldAlready(**taken("dbg"), **HALF),), [f"extend {LEASE} 30m"]),
        (
            ASKED,
            (no.HeldAlready(**taken("dbg"), until=None, more=HOUR),),
            [f"status {LEASE}"],
        ),
        (
            ASKED,
            (no.HeldAlready(**taken("dbg"), until=NOON, more=timedelta(0)),),
            [f"status {LEASE}"],
        ),
        (ASKED, (no.HeldAlready(**taken("dbg"), **HALF, others=True),), []),
        (
            BOTH,
            (no.HeldAlready(**taken(), **HALF, others=True),),
            ['to prod --k8sGroup=nodes --reason "x"'],
        ),
        (PLACES, (ASKED_ALREADY,), [f"status {REQUEST}"]),
        (
            BOTH,
            (no.HeldAlready(**taken(), **HALF),),
            [f"extend {LEASE} 30m", 'to prod --k8sGroup=nodes --reason "x"'],
        ),
        (
            BOTH,
            (no.HeldAlready(**taken(), **HALF), no.ReasonMissing(workflow="w")),
            [f"extend {LEASE} 30m", 'to prod --k8sGroup=nodes --reason "…"'],
        ),
        (
            BOTH,
            (no.HeldAlready(**taken(), **HALF), no.NoTimekeeper()),
            [f"extend {LEASE} 30m"],
        ),
        (
            PLACES,
            (no.HeldAlready(**taken(free=("b",)), **HALF),),
            [f"extend {LEASE} 30m", 'to prod --k8sGroup=debug --namespace b --reason "x"'],
        ),
        (
            PLACES,
            (no.HeldAlready(**taken(free=("b",)), **HALF), ASKED_ALREADY),
            [f"extend {LEASE} 30m", f"status {REQUEST}"],
        ),
        (Line(verb=Verb.APPROVE, words=("x",)), (no.HeldAlready(**taken(), **HALF),), []),
        (ASKED, (no.NoWorkflow(who="eve", level="dbg", cluster="prd"),), []),
        (
            ASKED,
            (no.UnknownLevel(name="dbg", nearest=("debug",)),),
            ['to prd --k8sGroup=debug --namespace a --reason "x"'],
        ),
    ],
)
def test_onward_says_how_to_go_on_with_what_is_there(
    line: Line, reasons: tuple[Reason, ...], lines: list[str]
) -> None:
    """What is held is extended, what waits is looked at; what else was asked for is not lost."""
    assert list(onward(line, reasons)) == lines


@pytest.mark.parametrize(
    "reason",
    [
        no.DurationTooLong(asked=2 * HOUR, most=HOUR, workflow="w"),
        no.TooLongInAll(lease=LeaseId("k7q2m9x4t1bd-1"), total=9 * HOUR, most=8 * HOUR, left=HOUR),
        no.NamespaceNeeded(level="dbg", choose=("team-a",)),
        no.ReasonMissing(workflow="w"),
    ],
)
def test_yes_to_what_may_not_be_asked_for_any_more_has_no_line(reason: Reason) -> None:
    """What was asked for is judged, however little is given: the same no would come again."""
    assert corrected(Line(verb=Verb.APPROVE, words=("k7q2m9x4t1bd",)), [reason]) is None
    shorter = Line(verb=Verb.APPROVE, words=("k7q2m9x4t1bd",)).lasting(2 * HOUR)
    assert corrected(shorter, [no.NotShorter(given=2 * HOUR, asked=HOUR)]) is not None


def test_more_time_takes_no_namespace() -> None:
    """It is for what is held, where it is held."""
    more = Line(verb=Verb.EXTEND, words=("k7q2m9x4t1bd",))
    assert corrected(more, [no.NamespaceNeeded(level="dbg", choose=("team-a",))]) is None


@pytest.mark.parametrize(
    ("reasons", "better"),
    [
        ([no.NamespaceNotAllowed(level="a", namespace="x", allowed=("pay",))], None),
        ([no.NamespaceNeeded(level="a", choose=("pay",))], None),
        (
            [
                no.NamespaceNotAllowed(level="a", namespace="x", allowed=("pay",)),
                no.NamespaceNotAllowed(level="b", namespace="x", allowed=("team",)),
            ],
            None,
        ),
        (
            [
                no.NamespaceNotAllowed(level="a", namespace="x", allowed=("pay",)),
                no.NamespaceNotAllowed(level="b", namespace="x", allowed=("pay",)),
            ],
            'to prod --k8sGroup=a --k8sGroup=b --namespace pay --namespace y --reason "x"',
        ),
        (
            [
                no.NamespaceNotAllowed(level=level, namespace=namespace, allowed=("pay",))
                for level in ("a", "b")
                for namespace in ("x", "y")
            ],
            'to prod --k8sGroup=a --k8sGroup=b --namespace pay --reason "x"',
        ),
        (
            [
                no.NamespaceNotAllowed(level="a", namespace="x", allowed=("pay",)),
                no.NamespaceNotAllowed(level="b", namespace="x", allowed=("pay",)),
                no.NamespaceNotAllowed(level="b", namespace="y", allowed=("pay",)),
            ],
            None,
        ),
    ],
    ids=[
        *("one of two", "one of two needs it", "each another", "both the same", "both of two"),
        "the second of one",
    ],
)
def test_a_namespace_is_exchanged_where_it_is_right_for_every_level(
    reasons: list[Reason], better: str | None
) -> None:
    """Else a level is asked for elsewhere than was typed, and the line is refused for it."""
    both = Line(verb=Verb.TO, words=("prod",), levels=("a", "b"), reason="x")
    assert corrected(replace(both, namespaces=("x", "y")), reasons) == better


def test_several_levels_that_need_a_namespace_need_it_once() -> None:
    """It is for all of them."""
    both = Line(verb=Verb.TO, words=("prod",), levels=("a", "b"), reason="x")
    reasons = [no.NamespaceNeeded(level=one, choose=("team-*",)) for one in ("a", "b")]
    assert corrected(both, reasons) == (
        'to prod --k8sGroup=a --k8sGroup=b --namespace NAMESPACE --reason "x"'
    )


@pytest.mark.parametrize(
    ("reason", "better"),
    [
        (no.NoLevel(who="al", cluster="prd", offered=("a",)), 'to prd --k8sGroup=a --reason "x"'),
        (
            no.NoLevel(who="al", cluster="prd", offered=("a", "b")),
            'to prd --k8sGroup=LEVEL --reason "x"',
        ),
        (no.NoLevel(who="al", cluster="prd"), None),
        (
            no.NamespaceNeeded(level="a", choose=("team-*",)),
            'to prd --namespace NAMESPACE --reason "x"',
        ),
        (no.UnknownCluster(name="prd", nearest=("prod",)), 'to prod --reason "x"'),
    ],
)
def test_corrected_names_no_level_that_nobody_named(reason: Reason, better: str | None) -> None:
    """The only one that may be had is offered; what the default wants is put right without it."""
    bare = replace(ASKED, levels=(), namespaces=())
    assert corrected(bare, (reason,)) == better
