"""Laws of the domain's values, on whatever input there may be."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from daypass.domain.catalog import Principal, Step
from daypass.domain.duration import LONGEST, DurationError, read_duration, write_duration
from daypass.domain.grant import (
    APPROVERS,
    CREATE_BEFORE,
    EXPIRES_AT,
    INSTALL,
    LEASE,
    MAC,
    REQUEST,
    REQUESTER,
    Entitlement,
    GrantObject,
    Subject,
    fix_attempt,
    planned,
)
from daypass.domain.ids import lease_id, read_id, request_id, request_of
from daypass.domain.lease import Attempt, EndCause, Lease, LeaseState
from daypass.domain.notification import notifications
from daypass.domain.request import Approval, Request, RequestState, progress
from daypass.domain.roles import RoleKind, RoleRef
from daypass.domain.suspicion import Inspection, Suspicion, suspect
from tests.builders import KEY, NOON, a_catalog, a_lease, a_level, a_person, a_request

SECONDS = st.integers(min_value=1, max_value=int(LONGEST.total_seconds()))
TEAMS = ("sre", "leads", "dbas")


@given(SECONDS)
def test_written_durations_are_read_back(seconds: int) -> None:
    """What we write, commands take."""
    duration = timedelta(seconds=seconds)
    assert read_duration(write_duration(duration)) == duration


@given(st.text(max_size=40) | st.from_regex(r"[ 0-9.hmdswpt,and-]{0,20}", fullmatch=True))
def test_any_text_is_a_duration_above_zero_or_refused(text: str) -> None:
    """Reading never fails in another way, and never returns zero or less, or more than a year."""
    try:
        duration = read_duration(text)
    except DurationError:
        return
    assert timedelta(0) < duration <= LONGEST
    assert duration == timedelta(seconds=int(duration.total_seconds()))


@given(st.integers(min_value=0, max_value=2**60 - 1), st.integers(min_value=1, max_value=99))
def test_ids_are_read_back_in_any_case(random: int, number: int) -> None:
    """A written id names the request that it was made for, with or without the suffix."""
    request = request_id(random)
    lease = lease_id(request, number)
    assert request_of(lease) == request
    for text in (request, request.upper(), f" #{request} "):
        assert read_id(text) == (request, None)
    assert read_id(lease.upper()) == (request, lease)


@given(st.text(max_size=20))
def test_any_text_is_an_id_or_none(text: str) -> None:
    """What is read as an id is one as we write them, so no other key is ever looked up."""
    read = read_id(text)
    if read is not None:
        assert read_id(read[0]) == (read[0], None)
        assert read[1] is None or read[1].isascii()


PEOPLE = st.builds(
    lambda name, teams: a_person(name, *teams),
    st.sampled_from(("bob", "dan", "lee", "zoe")),
    st.sets(st.sampled_from(TEAMS), min_size=1),
)
ANSWERS = st.lists(
    st.builds(lambda by, yes: Approval(by=by, at=NOON, yes=yes), PEOPLE, st.booleans()), max_size=8
).map(tuple)
STEPS = st.lists(
    st.builds(
        lambda teams, count: Step(by=tuple(Principal(team=team) for team in teams), count=count),
        st.sets(st.sampled_from(TEAMS), min_size=1),
        st.integers(min_value=1, max_value=3),
    ),
    max_size=3,
).map(tuple)


@given(STEPS, ANSWERS)
def test_progress_never_counts_more_than_the_people_who_said_yes(
    steps: tuple[Step, ...], answers: tuple[Approval, ...]
) -> None:
    """Law 5: nobody counts twice, so met steps never need more people than there are."""
    found = progress(steps, answers)
    needed = sum(step.count for step in steps[: found.number]) + found.given
    assert needed <= len({answer.by.id for answer in answers if answer.yes})
    assert (found.step is None) == (found.number == len(steps))
    assert found.step is None or found.given < found.step.count


@given(STEPS, ANSWERS)
def test_progress_never_goes_back(steps: tuple[Step, ...], answers: tuple[Approval, ...]) -> None:
    """One more answer never undoes what was counted."""
    stages = [progress(steps, answers[:n]) for n in range(len(answers) + 1)]
    reached = [(stage.number, stage.given) for stage in stages]
    assert reached == sorted(reached)


LEASE_NOW = a_lease().starting(fix_attempt(a_lease(), a_level(), NOON))
DEED = Entitlement(
    lease=LEASE_NOW,
    level=a_level(),
    cluster=a_catalog().clusters["prod"],
    install="main",
    key=KEY,
)
(OURS,) = planned(DEED, fix_attempt(a_lease(), a_level(), NOON))
AGAINST = Inspection(
    install="main", cluster="prod", key=KEY, now=NOON, leases={LEASE_NOW.id: LEASE_NOW}
)
WORDS = st.text(max_size=12)
REF, ROLE, SUBJECT = OURS.ref, OURS.role, OURS.subjects[0]
ALTERED = st.one_of(
    st.builds(lambda text: replace(OURS, ref=replace(REF, kind=text)), WORDS),
    st.builds(lambda text: replace(OURS, ref=replace(REF, namespace=text)), WORDS),
    st.builds(lambda text: replace(OURS, ref=replace(REF, name=text)), WORDS),
    st.builds(lambda text: replace(OURS, role=RoleRef(name=text, kind=ROLE.kind)), WORDS),
    st.just(replace(OURS, role=RoleRef(name=ROLE.name, kind=RoleKind.ROLE))),
    st.builds(
        lambda name, kind: replace(OURS, subjects=(Subject(name=name, kind=kind),)),
        WORDS,
        st.sampled_from(("User", "Group", "ServiceAccount")),
    ),
    st.builds(lambda text: replace(OURS, subjects=(SUBJECT, Subject(name=text))), WORDS),
    st.just(replace(OURS, subjects=())),
    st.just(replace(OURS, subjects=(replace(SUBJECT, kind="Group"),))),
    st.builds(lambda text: replace(OURS, labels={**OURS.labels, LEASE: text}), WORDS),
    st.builds(
        lambda name, text: replace(OURS, annotations={**OURS.annotations, name: text}),
        st.sampled_from((CREATE_BEFORE, REQUESTER, APPROVERS, REQUEST, MAC)),
        WORDS,
    ),
    st.builds(
        lambda at: replace(OURS, annotations={**OURS.annotations, EXPIRES_AT: at.isoformat()}),
        st.datetimes(timezones=st.just(NOON.tzinfo)),
    ),
    st.just(replace(OURS, labels={k: v for k, v in OURS.labels.items() if k != INSTALL})),
)


@given(ALTERED)
def test_any_change_of_what_the_mac_covers_is_forged(found: GrantObject) -> None:
    """Law 1: an object of which anything that matters was changed must go."""
    why = suspect(found, AGAINST)
    assert why is (None if found == OURS else Suspicion.FORGED)


STATES = st.sampled_from(RequestState)
LEASES = st.lists(
    st.builds(
        lambda state, cause, granted: (state, cause, NOON if granted else None),
        st.sampled_from(LeaseState),
        st.none() | st.sampled_from(EndCause),
        st.booleans(),
    ),
    max_size=3,
)


@given(STATES, ANSWERS, LEASES, st.integers(0, 90))
def test_notifications_are_a_function_of_state_with_a_key_for_each(
    state: RequestState,
    answers: tuple[Approval, ...],
    drawn: list[tuple[LeaseState, EndCause | None, datetime | None]],
    minutes: int,
) -> None:
    """Law 9: the same state and time say the same things, each under a name of its own."""
    request: Request = a_request(state=state, approvals=answers)
    leases: tuple[Lease, ...] = tuple(
        a_lease(
            id=lease_id(request.id, n),
            state=at,
            cause=cause,
            granted_at=granted,
            ends_at=NOON + timedelta(hours=1) if granted else None,
        )
        for n, (at, cause, granted) in enumerate(drawn, start=1)
    )
    now = NOON + timedelta(minutes=minutes)
    told = list(notifications(request, leases, now))
    assert told == list(notifications(request, leases, now))
    assert len({one.key for one in told}) == len(told)
    assert [one.key for one in told].count("card:C0APPROVE") == 1


@given(SECONDS, st.integers(min_value=0, max_value=999_999), st.integers(min_value=0, max_value=9))
def test_attempts_never_end_or_create_later_than_they_may(
    seconds: int, microseconds: int, tries: int
) -> None:
    """Laws 2 and 3: an attempt ends within its duration and creates nothing past its end."""
    now = NOON + timedelta(microseconds=microseconds)
    lease = a_lease(duration=timedelta(seconds=seconds), tries=tries)
    attempt: Attempt = fix_attempt(lease, a_level(), now)
    assert now < attempt.expires_at <= now + lease.duration
    assert attempt.create_before <= attempt.expires_at
    assert attempt.number == tries + 1
