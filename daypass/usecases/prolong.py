"""Whether a lease may last longer, judged anew by the grants worker's own configuration (law 8)."""

from dataclasses import replace

from daypass.domain.decision import approvals_hold
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.extension import Wish, judge_extension
from daypass.domain.lease import Extension, Lease
from daypass.domain.policy import Allowed, Refused
from daypass.domain.request import Plan, Request, RequestState
from daypass.ports import GrantPorts
from daypass.usecases.entitle import must_be_current, refusal
from daypass.usecases.epochs import assured
from daypass.usecases.judging import circumstances

NOT_SO = "it is not the extension that was given"


def must_be_entitled(lease: Lease, wanted: Extension, ports: GrantPorts) -> None:
    """Judge the extension that a lease waits for, and hold it against what was approved.

    Raises PermanentOutsideError when the rules do not give it, TemporaryOutsideError when that
    may pass.
    """
    assured(ports)
    must_be_current(wanted.version, ports)
    first = ports.store.request(lease.request)
    if first is None or first.state is not RequestState.APPROVED or lease.cluster != ports.name:
        raise PermanentOutsideError("its request is not in the store")
    if lease.ends_at is None or wanted.until != lease.ends_at + wanted.length:
        raise PermanentOutsideError(NOT_SO)
    asked = _approved(lease, wanted, ports)
    plan = _judged_again(lease, wanted, first, asked=asked, ports=ports)
    if asked is not None and not approvals_hold(asked, plan, ports.catalog.clusters[ports.name]):
        raise PermanentOutsideError("the rules want other approvals than were given")


def _approved(lease: Lease, wanted: Extension, ports: GrantPorts) -> Request | None:
    """Return the request that an extension rests on, None where it was free."""
    if wanted.request is None:
        return None
    asked = ports.store.request(wanted.request)
    if asked is None or asked.state is not RequestState.APPROVED or asked.extends != lease.id:
        raise PermanentOutsideError(NOT_SO)
    if asked.requester.id != lease.holder.id or asked.duration != wanted.length:
        raise PermanentOutsideError(NOT_SO)
    return asked


def _judged_again(
    lease: Lease, wanted: Extension, first: Request, *, asked: Request | None, ports: GrantPorts
) -> Plan:
    wish = Wish(
        by=lease.holder if asked is None else asked.requester,
        # As it was before it waited for this.
        lease=replace(lease, extensions=lease.extensions[:-1]),
        request=first,
        length=wanted.length,
    )
    verdict = judge_extension(wish, circumstances(ports.name, ports))
    if isinstance(verdict, Refused):
        raise refusal(verdict.reasons)
    if asked is None and not isinstance(verdict, Allowed):
        raise PermanentOutsideError("the rules want an approval for it")
    return verdict.plan
