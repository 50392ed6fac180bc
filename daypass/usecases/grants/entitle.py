"""Entitle: the grants worker judges anew, by its own configuration (law 8)."""

from dataclasses import replace
from typing import Final

from daypass.domain.approvers import approvals_hold
from daypass.domain.circumstances import Circumstances
from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.extension import allowance
from daypass.domain.freshness import ahead
from daypass.domain.grant import Entitlement
from daypass.domain.lease import Lease
from daypass.domain.policy import Refused, judge
from daypass.domain.reasons import (
    ClusterUnavailable,
    Frozen,
    NoTimekeeper,
    Reason,
    Restoring,
    TooOften,
)
from daypass.domain.request import Plan, Request
from daypass.domain.tally import Tally
from daypass.domain.yields import gave
from daypass.ports import GrantPorts
from daypass.usecases.grants.ahead import NOTHING_READ, Ahead, how_things_stand
from daypass.usecases.grants.mean import given_level, must_be_meant, seen_by_itself
from daypass.usecases.shared.holdings import holding_besides, with_leaving

PASSING: Final = (ClusterUnavailable, Frozen, NoTimekeeper, Restoring, TooOften)
"""Refusals that may be over before the provision deadline is."""

LEAVING: Final = "what was there before it is not off the cluster yet"
"""Whatever the store says: the worker has not ended it."""


def entitled(
    lease: Lease, tally: Tally, ports: GrantPorts, *, ahead: Ahead = NOTHING_READ
) -> Entitlement:
    """Return what realising `lease` rests on; `tally` is that of its holder.

    Raises PermanentOutsideError when the rules no longer give it, TemporaryOutsideError when
    that may pass.
    """
    given = ahead.given or how_things_stand(ports)
    request = ahead.request_of(lease, ports)
    if request is None or lease.cluster != ports.name:
        raise PermanentOutsideError("its request is not in the store")
    if not gave(request, lease):
        raise PermanentOutsideError("it is not what was approved")
    must_be_past(request, ports)
    must_be_current(request.plan.version, ports)
    live = ahead.live.get(lease.holder.id)
    given = replace(given, holding=holding_besides(lease, tally, ports, live=live))
    plan = _judged_again(request, lease, tally, given=given, ports=ports)
    _compare(lease, request, plan, ports=ports)
    return Entitlement(
        lease=lease,
        level=given_level(lease, ports),
        cluster=ports.catalog.clusters[lease.cluster],
        install=ports.catalog.install,
        key=ports.key,
        allowance=allowance(request, plan, ports.catalog),
    )


def _judged_again(
    request: Request, lease: Lease, tally: Tally, *, given: Circumstances, ports: GrantPorts
) -> Plan:
    given = seen_by_itself(lease, given, ports)
    # One level by itself: what another one lacks by now is not this lease's business.
    requester = ports.catalog.as_listed(request.requester)
    ask = replace(request.ask, levels=(lease.level,), requester=requester)
    # Our own lease is counted already, so it must not refuse itself at the cap.
    given = replace(given, cluster_wide=max(0, given.cluster_wide - 1))
    verdict = judge(ask, given)
    if isinstance(verdict, Refused):
        raise refusal(verdict.reasons)
    if lease.id not in tally.running:
        leaving = replace(given, holding=with_leaving(given.holding, tally, ports))
        if leaving != given and isinstance(judge(ask, leaving), Refused):
            raise TemporaryOutsideError(LEAVING)
    return verdict.plan


def must_be_past(request: Request, ports: GrantPorts) -> None:
    """Raise PermanentOutsideError where it was decided while time was wrong: ask again."""
    if request.decided_at is None or ahead(request.decided_at, ports.clock.now()):
        raise PermanentOutsideError("it was approved at a moment that is still to come")


def must_be_current(version: str, ports: GrantPorts) -> None:
    """Raise TemporaryOutsideError unless it was judged by the configuration that we have."""
    if version != ports.catalog.version:
        raise TemporaryOutsideError("bot and grants worker run with different configurations")


def _compare(lease: Lease, request: Request, plan: Plan, *, ports: GrantPorts) -> None:
    place = (lease.level, lease.scope)
    if place not in [(item.level, item.scope) for item in plan.items]:
        raise PermanentOutsideError("the rules no longer give this level there")
    if lease.duration > plan.duration:
        raise PermanentOutsideError("the rules no longer give it for so long")
    if not approvals_hold(request, plan, ports.catalog):
        raise PermanentOutsideError("the rules want other approvals than were given")
    must_be_meant(lease, request, plan)


def refusal(reasons: tuple[Reason, ...]) -> OutsideError:
    """Return the trouble that a refusal is to a worker: passing where every reason is."""
    said = " ".join(str(reason) for reason in reasons)
    if all(isinstance(reason, PASSING) for reason in reasons):
        return TemporaryOutsideError(said)
    return PermanentOutsideError(said)
