"""Gathers what the rule book needs to know; the judging itself is the domain's."""

from collections.abc import Callable
from dataclasses import replace

from daypass.domain.circumstances import Circumstances
from daypass.domain.decision import could_approve
from daypass.domain.errors import RefusedError
from daypass.domain.policy import Allowed, NeedsApproval, Refused, Verdict
from daypass.domain.request import Plan
from daypass.ports import AskPorts, Ledger
from daypass.usecases.shared.identify import roster

TIMEKEEPER_PROCESS = "timekeeper"


def circumstances(cluster: str, ledger: Ledger) -> Circumstances:
    """Return how things stand on `cluster`, without a roster."""
    said = ledger.store.conditions(cluster)
    return Circumstances(
        catalog=ledger.catalog,
        now=ledger.clock.now(),
        seen=said.seen,
        timekeeper_at=ledger.heartbeats.heard(TIMEKEEPER_PROCESS),
        cluster_wide=said.cluster_wide,
        freeze=said.freeze,
        epoch=said.epoch,
    )


def with_roster(given: Circumstances, plan: Plan, ports: AskPorts) -> Circumstances:
    """Return the same with the people who could say yes to `plan`."""
    return replace(given, roster=roster(could_approve(plan), ports))


def judged(
    given: Circumstances, rule: Callable[[Circumstances], Verdict], ports: AskPorts
) -> tuple[Allowed | NeedsApproval, Circumstances]:
    """Judge by `rule` how things stand, people looked up only where they matter.

    Raises RefusedError with every reason.
    """
    verdict = rule(given)
    if isinstance(verdict, NeedsApproval):
        given = with_roster(given, verdict.plan, ports)
        verdict = rule(given)
    if isinstance(verdict, Refused):
        raise RefusedError(*verdict.reasons)
    return verdict, given
