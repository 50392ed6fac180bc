"""Announce: tell approvers and administrators what levels of a cluster rest on that shifted.

Each hears of a shift once; what Slack does not take is tried again, until it is no news.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Final

from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.notification import Announcement
from daypass.domain.shift import Shift
from daypass.domain.shifting import KEPT, resting_on
from daypass.ports import Claim, NotifyPorts
from daypass.usecases.notifications.own_up import ADMINISTRATORS
from daypass.usecases.notifications.progress import TELLING
from daypass.usecases.shared.identify import roster
from daypass.usecases.shared.settle import DONE, Outcome, again, settle

NEWS: Final = timedelta(hours=1)
"""So long a shift is told to whom it could not be told; after it the audit trail has it."""
SENDING: Final = timedelta(seconds=5)
"""The time-out of a call: a worker that dies before it has posted leaves it to another."""
CHANNELS: Final = 10
"""Channels that hear of it; most installs have one or two."""
_Told = tuple[str, Sequence[Shift]]
"""A channel or a person, and what they hear of."""


def announce(claim: Claim, ports: NotifyPorts) -> tuple[OutsideError, ...]:
    """Tell whoever has not heard; returns what Slack does not take, for a loud log."""
    outcome, refused = _announced(claim.promise.subject, ports)
    settle(claim, outcome, ports)
    return refused


def _announced(cluster: str, ports: NotifyPorts) -> tuple[Outcome, tuple[OutsideError, ...]]:
    seen, now = ports.store.seen_of(cluster), ports.clock.now()
    lately = [s for s in seen.shifts if s.said and now - s.at < NEWS] if seen else []
    if not lately:
        return DONE, ()
    try:
        whom = tuple(_whom(cluster, lately, ports))
    except OutsideError as trouble:
        return again(now + TELLING.longest), (trouble,)
    troubles = [_tell(to, cluster, news, ports=ports) for to, news in whom]
    refused = tuple(trouble for trouble in troubles if trouble is not None)
    passing = any(isinstance(trouble, TemporaryOutsideError) for trouble in refused)
    return again(now + TELLING.longest) if passing else DONE, refused


def _whom(cluster: str, shifts: Sequence[Shift], ports: NotifyPorts) -> Iterator[_Told]:
    """Yield channels with what people are asked about there, and administrators with all of it."""
    told = dict[str, list[Shift]]()
    for shift in shifts:
        for channel in _channels(resting_on(shift.key, ports.catalog, cluster), cluster, ports):
            told.setdefault(channel, []).append(shift)
    yield from islice(told.items(), CHANNELS)
    admins = roster(ports.catalog.admins, ports).of(ports.catalog.admins)
    yield from ((one.id, shifts) for one in admins[:ADMINISTRATORS])


def _channels(levels: Sequence[str], cluster: str, ports: NotifyPorts) -> Iterable[str]:
    """Return the channels in which people are asked for one of these levels, without doubles."""
    here = ports.catalog.clusters.get(cluster)
    return dict.fromkeys(
        workflow.channel
        for workflow in ports.catalog.workflows
        if here is not None and workflow.channel and workflow.about(here, levels)
    )


def _tell(
    to: str, cluster: str, shifts: Sequence[Shift], *, ports: NotifyPorts
) -> OutsideError | None:
    keys = {
        shift.key: f"shift:{cluster}:{shift.key}:{shift.at.isoformat()}:{to}" for shift in shifts
    }
    once = ports.store.once
    unheard = tuple(shift for shift in shifts if once(keys[shift.key], SENDING, most=KEPT))
    if not unheard:
        return None
    levels = {shift.key: resting_on(shift.key, ports.catalog, cluster) for shift in unheard}
    told = Announcement(to=to, cluster=cluster, shifts=unheard, levels=levels)
    trouble: OutsideError | None = None
    try:
        ports.chat.announce(told)
    except OutsideError as error:
        trouble = error
    for shift in unheard:
        ports.store.again(keys[shift.key])
        if not _to_repeat(trouble):
            once(keys[shift.key], KEPT)
    return trouble


def _to_repeat(trouble: OutsideError | None) -> bool:
    """Whether it surely was not said, and may be later."""
    return isinstance(trouble, TemporaryOutsideError) and not trouble.unknown
