"""A refusal becomes the line that would be right, where writing can put it right."""

from datetime import timedelta

import pytest

from bot.correct import corrected
from bot.line import Line, Verb
from daypass.domain import reasons as no
from daypass.domain.reasons import Reason

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
        ((no.NoWorkflow(level="dbg", cluster="prd"),), None),
        ((no.HoldsSecret(kind="Slack token"),), None),
    ],
)
def test_corrected_puts_right_all_or_nothing(reasons: tuple[Reason, ...], line: str | None) -> None:
    """A line that would be refused again is not offered."""
    assert corrected(ASKED, reasons) == line
