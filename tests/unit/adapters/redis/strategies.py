"""Any value that may be stored, of every kind."""

from datetime import UTC, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from daypass.adapters.redis.bounds import LONGEST, MOST
from daypass.adapters.redis.codec import Stored
from daypass.domain.audit import AuditEvent
from daypass.domain.catalog import Principal, Step
from daypass.domain.discovery import Snapshot
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.lease import Attempt, Extension, Lease
from daypass.domain.notification import Receipt, Unsaid
from daypass.domain.offboarding import Offboarding
from daypass.domain.owning import NameOwner
from daypass.domain.people import Person, Pin
from daypass.domain.picture import About, Entry, Kind
from daypass.domain.rbac import PolicyRule
from daypass.domain.request import Approval, Ask, Item, Plan, Request
from daypass.domain.shift import Shift
from daypass.domain.tally import Start, Tally
from daypass.domain.trail import Checkpoint
from tests.builders import NOON

CENTURY: Final = timedelta(days=36_525)
MOMENTS: Final = st.datetimes(
    timezones=st.just(UTC),
    min_value=(NOON - CENTURY / 2).replace(tzinfo=None),
    max_value=(NOON + 2 * CENTURY).replace(tzinfo=None),
)
_LENGTHS: Final = st.timedeltas(timedelta(0), LONGEST)
_NUMBERS: Final = st.integers(0, MOST)


def _some(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=3).map(tuple)


_NAMES: Final = st.frozensets(st.text(), max_size=3)
_MAYBE_LENGTH: Final = st.none() | _LENGTHS
_MAYBE_MOMENT: Final = st.none() | MOMENTS
_PEOPLE: Final = st.builds(Person, verified_at=MOMENTS)
_ATTEMPTS: Final = st.builds(
    Attempt,
    number=_NUMBERS,
    expires_at=MOMENTS,
    create_before=MOMENTS,
    began_at=_MAYBE_MOMENT,
    free_until=_MAYBE_MOMENT,
)
_EXTENSIONS: Final = st.builds(
    Extension, length=_LENGTHS, until=MOMENTS, asked_at=MOMENTS, done_at=_MAYBE_MOMENT
)
_STEPS: Final = st.builds(Step, by=_some(st.builds(Principal)), count=st.integers(1, 9))
_ASKS: Final = st.builds(Ask, requester=_PEOPLE, duration=_MAYBE_LENGTH, reason=st.text())
_PLANS: Final = st.builds(
    Plan,
    items=_some(st.builds(Item)),
    duration=_LENGTHS,
    longest=_LENGTHS,
    steps=_some(_STEPS),
    timeout=_LENGTHS,
)
_APPROVALS: Final = st.builds(Approval, by=_PEOPLE, at=MOMENTS, duration=_MAYBE_LENGTH)
_REQUESTS: Final = st.builds(
    Request,
    ask=_ASKS,
    plan=_PLANS,
    asked_at=MOMENTS,
    lapses_at=MOMENTS,
    approvals=_some(_APPROVALS),
    decided_at=_MAYBE_MOMENT,
    version=_NUMBERS,
    move=st.text(),
)
_LEASES: Final = st.builds(
    Lease,
    holder=_PEOPLE,
    tries=_NUMBERS,
    duration=_LENGTHS,
    approved_at=MOMENTS,
    attempt=st.none() | _ATTEMPTS,
    granted_at=_MAYBE_MOMENT,
    ends_at=_MAYBE_MOMENT,
    ended_at=_MAYBE_MOMENT,
    extensions=_some(_EXTENSIONS),
    version=_NUMBERS,
    move=st.text(),
)
STORED_VALUES: Final[st.SearchStrategy[Stored]] = st.one_of(
    _REQUESTS,
    _LEASES,
    st.builds(Pin, pinned_at=MOMENTS, version=_NUMBERS),
    st.builds(NameOwner, since=MOMENTS, version=_NUMBERS),
    st.builds(Freeze, at=MOMENTS, clusters=_NAMES, version=_NUMBERS),
    st.builds(Epoch, begun_at=MOMENTS, unproven=_NAMES, version=_NUMBERS),
    st.builds(Tally, starts=_some(st.builds(Start, at=MOMENTS)), version=_NUMBERS),
    st.builds(Snapshot, taken_at=MOMENTS, shifts=_some(st.builds(Shift, at=MOMENTS))),
    st.builds(About, at=MOMENTS, left_out=st.just({Kind.ROLE: 3})),
    st.builds(Entry, rules=_some(st.builds(PolicyRule)), left_out=_NUMBERS),
    st.builds(Receipt),
    st.builds(Unsaid, since=MOMENTS),
    st.builds(Offboarding),
    st.builds(Checkpoint, at=MOMENTS, number=_NUMBERS, count=_NUMBERS),
    st.builds(AuditEvent, at=MOMENTS, facts=st.dictionaries(st.text(), st.text(), max_size=3)),
)
