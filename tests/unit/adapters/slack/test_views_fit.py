"""Whatever people ask for and clusters answer, what we send is what Slack takes, and ours alone."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.limits import check_message, check_view
from daypass.adapters.slack.views import extension, lists, receipt
from daypass.adapters.slack.views.deny import deny_view
from daypass.adapters.slack.views.render import render
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.catalog import Step
from daypass.domain.ids import PersonId, RequestId, lease_id
from daypass.domain.lease import Cut, EndCause, Extension, Lease
from daypass.domain.notification import notifications
from daypass.domain.request import Approval, Item, Request, RequestState
from daypass.domain.roles import Part, RoleRef
from daypass.domain.scope import within
from daypass.usecases.requests.browse import Requests, Standing
from daypass.usecases.requests.extend import Extended
from daypass.usecases.requests.submit import Submitted
from tests.builders import (
    NOON,
    SRE,
    a_catalog,
    a_group_level,
    a_lease,
    a_level,
    a_mirror,
    a_person,
    a_plan,
    a_request,
    an_ask,
)
from tests.unit.adapters.slack.examples import a_granted, an_ended, texts

NASTY = st.text(alphabet="&<>`*_~@!|#^ \n\u202eaé\U0001f600", max_size=1_000)
REASONS = NASTY | st.just("&" * 1_000) | st.just("<!channel> " * 90) | st.just("\n" * 999)
NAMES = st.text(alphabet="&<>`abc-", min_size=1, max_size=250)
OURS = re.compile(r"<(?:@[UW][A-Z0-9]+|!subteam\^[^<>|]+|!date\^[^<>]+|#[A-Z0-9]+)>")


@st.composite
def requests(draw: st.DrawFn) -> tuple[Request, tuple[Lease, ...], Scene]:
    """Draw a request in any state with its leases, and a catalog that knows its levels."""
    names = draw(st.lists(NAMES, min_size=1, max_size=12, unique=True))
    scope = within(*draw(st.lists(NAMES, min_size=1, max_size=10)))
    items = tuple(Item(level=name, scope=scope, workflow=draw(NAMES)) for name in names)
    steps = tuple(Step(by=(SRE,), count=n + 1) for n in range(draw(st.integers(0, 3))))
    length = timedelta(minutes=draw(st.integers(1, 20_000)))
    who = a_person(name=draw(NAMES), id="U0ALICE", email=draw(NAMES))
    ask = an_ask(requester=who, cluster=draw(NAMES), levels=tuple(names), reason=draw(REASONS))
    plan = a_plan(items=items, steps=steps, duration=length)
    answers = tuple(
        Approval(by=a_person("bob", "sre"), at=NOON, yes=yes, reason=draw(REASONS))
        for yes in draw(st.lists(st.booleans(), max_size=6))
    )
    request = replace(a_request(ask=ask, plan=plan), approvals=answers)
    request = _in_some_state(request, draw)
    leases: tuple[Lease, ...] = ()
    if request.state is RequestState.APPROVED:
        leases = tuple(_lease(request, number, draw) for number in range(1, len(names) + 1))
    return request, leases, _scene(names, draw)


def _in_some_state(request: Request, draw: st.DrawFn) -> Request:
    state = draw(st.sampled_from(RequestState))
    if state is RequestState.PENDING:
        return replace(request, approvals=tuple(a for a in request.approvals if a.yes))
    if state is RequestState.DENIED:
        no = Approval(by=a_person("bob"), at=NOON, yes=False, reason=draw(REASONS))
        request = request.with_approval(no)
    return request.moved_to(state, NOON)


def _lease(request: Request, number: int, draw: st.DrawFn) -> Lease:
    item = request.plan.items[number - 1]
    lease = a_lease(
        id=lease_id(request.id, number),
        holder=request.requester,
        level=item.level,
        cluster=request.cluster,
        scope=item.scope,
        why=draw(REASONS),
    )
    granted = _moved(a_granted(lease, already=draw(REASONS)), draw)
    cause, by, words = draw(st.sampled_from(EndCause)), draw(NAMES), draw(REASONS)
    ended = an_ended(cause, by, words, still=draw(REASONS), lease=granted)
    failed = lease.ending(EndCause.FAILED, why=words)
    return draw(st.sampled_from([lease, granted, granted.ending(cause, by, words), ended, failed]))


def _moved(lease: Lease, draw: st.DrawFn) -> Lease:
    """Give a lease an end that was moved, in every way in which it can be."""
    hour = timedelta(hours=1)
    done = Extension(length=hour, until=NOON + hour, asked_at=NOON, done_at=NOON)
    refused = replace(done, done_at=None, refused=draw(REASONS) or "no")
    waits = replace(done, done_at=None, request=MORE)
    cut = Cut(to=NOON, at=NOON, by=PersonId("U0BOB"), why=draw(REASONS))
    last = draw(st.sampled_from([(), (waits,), (replace(waits, done_at=NOON),)]))
    return replace(lease, extensions=(done, refused, *last), cuts=(cut, cut))


_MANY = tuple(Part(role=RoleRef(name="r" * 250), namespace=f"n{n}") for n in range(50))


def _scene(names: list[str], draw: st.DrawFn) -> Scene:
    summary = draw(REASONS)
    others = (a_level(name, summary=summary) for name in names[1:])
    groups = (a_group_level(names[0]), a_mirror(names[0], group="g" * 250, parts=_MANY))
    levels = (draw(st.sampled_from(groups)), *others)
    return Scene(command="/access", catalog=replace(a_catalog(), levels=levels))


MORE = RequestId("m3q2m9x4t1bd")
MOMENTS = (NOON, NOON + timedelta(minutes=50))
"""At the beginning, and when a warning or reminder is due."""


@given(requests())
def test_every_message_fits_and_mentions_only_whom_we_mean(
    drawn: tuple[Request, tuple[Lease, ...], Scene],
) -> None:
    """Each notification and answer keeps Slack's limits; no foreign text becomes a mention."""
    request, leases, scene = drawn
    standing = Standing(request=request, leases=leases)
    asked = Submitted(request=request, leases=leases, asked=("team:sre",) * 9, defaulted=True)
    messages = [
        *(render(one, scene) for now in MOMENTS for one in notifications(request, leases, now)),
        receipt.receipt(asked, scene),
        receipt.decided(request, scene),
        receipt.cancelled(request, scene),
        receipt.ending(leases or (a_lease(),), scene),
        lists.status(standing, scene),
        lists.requests(Requests(mine=(standing,) * 30, waiting=(request,) * 30), scene),
        lists.leases(leases * 3, scene),
        *_about_more_time(request, leases, scene),
    ]
    for message in messages:
        assert check_message(message) == ()
        for text in (message["text"], *_marked(message["blocks"])):
            assert "<" not in OURS.sub("", text)


def _about_more_time(
    request: Request, leases: tuple[Lease, ...], scene: Scene
) -> Iterator[Message]:
    """Yield what is said of the same as a request for more time."""
    lease = leases[0] if leases else a_lease(level=request.plan.items[0].level)
    more = replace(request, id=MORE, extends=lease.id)
    for now in MOMENTS:
        yield from (render(one, scene) for one in notifications(more, (lease,), now))
    yield receipt.decided(more, scene)
    yield lists.status(Standing(request=more, leases=(lease,)), scene)
    asked = Extended(lease=lease, request=more, asked=("team:sre",) * 9)
    yield extension.extending(asked, scene)
    wanted = Extension(length=timedelta(hours=1), until=NOON, asked_at=NOON)
    yield extension.extending(Extended(lease=lease, extension=wanted), scene)
    yield extension.shortened(lease, scene)


@given(requests())
def test_deny_view_fits(drawn: tuple[Request, tuple[Lease, ...], Scene]) -> None:
    """The modal keeps Slack's limits, whatever the request's names are."""
    assert check_view(deny_view(drawn[0], drawn[2])) == ()


def _marked(value: object) -> list[str]:
    """Return the mrkdwn texts; in plain_text Slack reads no marks."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            return [*texts(value)]
        return [text for one in value.values() for text in _marked(one)]
    if isinstance(value, list):
        return [text for one in value for text in _marked(one)]
    return []
