"""What is being approved is never cut: each text that decides says all, or where all of it stands.

What the rule book lets through (`legible.MOST_LEVELS`, `MOST_NAMED`, `catalog.MAX_REASON`) is shown
whole within Slack's limits, whatever the rest of the card has to say.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings

from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.limits import check_message, check_view, text_length
from daypass.adapters.slack.limits_table import MESSAGE_TEXT
from daypass.adapters.slack.views import lists, receipt
from daypass.adapters.slack.views.card import card
from daypass.adapters.slack.views.catalog import catalog
from daypass.adapters.slack.views.deny import deny_view
from daypass.adapters.slack.views.render import render
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.catalog import MAX_REASON, Level
from daypass.domain.ids import lease_id
from daypass.domain.lease import EndCause, Lease
from daypass.domain.legible import MOST_NAMED, illegible, scopes
from daypass.domain.notification import Notification, Topic, notifications
from daypass.domain.request import Approval, Item, Request, RequestState
from daypass.domain.scope import within
from daypass.usecases.requests.browse import Browse, Requests, Standing
from daypass.usecases.requests.browse import catalog as offers_for
from daypass.usecases.requests.submit import Submitted
from tests.builders import (
    NOON,
    a_catalog,
    a_lease,
    a_level,
    a_person,
    a_plan,
    a_request,
    a_snapshot,
    a_world,
    an_ask,
)
from tests.unit.adapters.slack.examples import a_granted, a_scene, an_ended, read, texts
from tests.unit.adapters.slack.longest import LONGEST, a_scene_of, a_wish, items_of, wishes


def test_the_longest_are_nearly_the_most() -> None:
    """The examples lie just below the bound, so that what holds for them holds for all."""
    for items in LONGEST.values():
        assert not list(illegible(items))
        said = [str(one) for one in scopes(items)] + [item.level for item in items]
        assert sum(map(len, said)) > MOST_NAMED * 0.9


def names_of(request: Request) -> set[str]:
    """Return every level and namespace."""
    places = [name for item in request.plan.items for name in item.scope.namespaces]
    return {*(item.level for item in request.plan.items), *places}


def tokens(text: str) -> set[str]:
    """Return the words that could be names."""
    return set(re.split(r"[^a-z0-9-]+", text))


def all_or_where(request: Request, text: str) -> bool:
    """Whether a text names all, or says where all is named."""
    return names_of(request) <= tokens(text) or "names all" in text


def decided_by(request: Request, scene: Scene) -> Iterator[str]:
    """Yield every text by which somebody decides, or checks what they asked for."""
    shown = card(request, (), scene)
    yield shown["text"]
    yield from (" ".join(texts(dialog)) for dialog in dialogs(shown))
    done = Submitted(request=request, leases=(), asked=("team:sre",), defaulted=False)
    yield read(receipt.receipt(done, scene))
    yield read(receipt.decided(request, scene))
    yield read(lists.status(Standing(request=request, leases=()), scene))
    yield read(lists.requests(Requests(mine=(), waiting=(request,)), scene))
    yield " ".join(texts(deny_view(request, scene)))
    for one in notifications(request, (), NOON + timedelta(minutes=50)):
        yield read(render(one, scene))


def dialogs(value: object) -> Iterator[object]:
    """Yield the dialogs that name what is asked for."""
    if isinstance(value, dict):
        if "action_id" in value and "confirm" in value:
            yield value["confirm"]
        for one in value.values():
            yield from dialogs(one)
    if isinstance(value, list):
        for one in value:
            yield from dialogs(one)


@example(a_wish(LONGEST["one place"]))
@example(a_wish(LONGEST["each its own"]))
@example(a_wish(LONGEST["one level"]))
@settings(max_examples=15)
@given(wishes())
def test_card_shows_whole_what_may_be_asked_for(request: Request) -> None:
    """Every level and namespace and all of the reason stand on the card, and it fits."""
    shown = card(request, (), a_scene_of(request))
    assert check_message(shown) == ()
    assert names_of(request) <= tokens(" ".join(texts(shown["blocks"])))
    said = read(shown)
    assert "".join(request.ask.reason.split()).replace("_", "\u02cd") in _unquoted(said)
    assert "Approve this access?" in said


def _unquoted(said: str) -> str:
    return "".join(said.replace("> ", "").replace("&amp;", "&").split())


@example(a_wish(LONGEST["one place"]))
@example(a_wish(LONGEST["each its own"]))
@settings(max_examples=15)
@given(wishes())
def test_every_text_that_decides_says_all_or_where(request: Request) -> None:
    """Card, dialogs, receipt, status, form, list, thread and direct messages: none cuts a list."""
    scene = a_scene_of(request)
    for text in decided_by(request, scene):
        assert all_or_where(request, text), text
    assert check_view(deny_view(request, scene)) == ()


@pytest.mark.parametrize("items", LONGEST.values(), ids=LONGEST)
@pytest.mark.parametrize("state", ["granting", "granted", "failed", "ended", "denied"])
def test_card_fits_in_every_state(items: tuple[Item, ...], state: str) -> None:
    """Later cards name all, too, and shorten what became of it by rank."""
    request, leases = _become(a_wish(items), state)
    shown = card(request, leases, a_scene_of(request))
    assert check_message(shown) == ()
    assert names_of(request) <= tokens(read(shown))
    for message in (
        lists.status(Standing(request=request, leases=leases), a_scene_of(request)),
        *(render(one, a_scene_of(request)) for one in notifications(request, leases, NOON)),
    ):
        assert check_message(message) == ()


def _become(request: Request, state: str) -> tuple[Request, tuple[Lease, ...]]:
    yes = state != "denied"
    bob = a_person("bob", "sre")
    answered = request.with_approval(Approval(by=bob, at=NOON, yes=yes, reason="&" * MAX_REASON))
    if not yes:
        return answered.moved_to(RequestState.DENIED, NOON), ()
    approved = answered.moved_to(RequestState.APPROVED, NOON)
    return approved, tuple(_lease(approved, n, state) for n in range(len(request.plan.items)))


def _lease(request: Request, number: int, state: str) -> Lease:
    item = request.plan.items[number]
    lease = a_lease(
        id=lease_id(request.id, number + 1),
        holder=request.requester,
        cluster=request.cluster,
        level=item.level,
        scope=item.scope,
        why="&" * 300,
    )
    match state:
        case "granting":
            return lease
        case "failed":
            return lease.ending(EndCause.FAILED, why="&" * 300)
        case "granted":
            return a_granted(lease, already="&" * 300)
        case _:
            return an_ended(
                EndCause.REVOKED, "bob", "&" * 900, still="&" * 300, lease=a_granted(lease)
            )


def test_many_namespaces_stand_on_the_card_to_the_last() -> None:
    """`team-view` in 61 namespaces: the one that sorts last can be read before it is approved."""
    names = [f"team-{n:02}-backend" for n in range(60)]
    items = items_of(["team-view"], within(*names, "team-vault-production"))
    request = a_request(plan=a_plan(items=items))
    for message in (card(request, (), a_scene_of(request)), _status_of(request)):
        assert "team-vault-production" in tokens(" ".join(texts(message["blocks"])))
    said = read(card(request, (), a_scene_of(request)))
    assert "*In these 61 namespaces*" in said
    assert (
        " on prod: team-view in 61 namespaces; the card names all. For alice@example.com." in said
    )


def _status_of(request: Request) -> Message:
    return lists.status(Standing(request=request, leases=()), a_scene_of(request))


def test_card_says_which_level_holds_where() -> None:
    """Levels in different places: each has its own beside it."""
    items = items_of(["debug", "view"], within("a", "b"), within("c"))
    said = read(card(a_request(plan=a_plan(items=items)), (), a_scene_of(a_wish(items))))
    assert "• `debug` in a, b: " in said
    assert "• `view` in c: " in said


def test_card_that_cannot_be_whole_offers_no_yes() -> None:
    """What is in the store and may not be asked for any more can be denied, not approved."""
    items = items_of(["debug"], within(*(f"n{n:04}" for n in range(2_000))))
    shown = card(a_request(plan=a_plan(items=items)), (), a_scene_of(a_wish(items)))
    assert check_message(shown) == ()
    said = read(shown)
    assert "in 2000 namespaces" in said
    assert "nobody can approve it" in said
    assert "Approve" not in said.replace("nobody can approve it", "")


def test_ten_levels_in_six_namespaces_fit() -> None:
    """Long summaries give way; what is asked for does not."""
    names = [f"level-{n}" for n in range(10)]
    request = a_wish(items_of(names, within(*(f"namespace-number-{n}" for n in range(6)))), "x" * 9)
    shown = card(request, (), a_scene_of(request))
    assert text_length(shown["blocks"]) <= MESSAGE_TEXT
    assert check_message(shown) == ()


def test_catalog_names_all_places_when_it_is_narrowed() -> None:
    """A line that can only count the namespaces says what lists them, and that does."""
    names = tuple(f"team-{n:02}-backend" for n in range(61))
    said = (a_level(n, namespaces=names, summary="&" * 200) for n in ("team-view", "other"))
    levels = (*said, *(a_level(f"l{n}", namespaces=names) for n in range(30)))
    world = a_world(replace(a_catalog(), levels=levels))
    seen = a_snapshot(namespaces=frozenset(names), taken_at=NOON + timedelta(seconds=1))
    world.store.keep_seen(seen)
    some = catalog(offers_for(Browse(actor=a_person().id), world.ask), scene := _scene(levels))
    assert check_message(some) == ()
    assert "in 61 namespaces (`/access catalog prod team-view` names all)" in read(some)
    one = Browse(actor=a_person().id, words=("prod", "team-view"))
    assert set(names) <= tokens(read(catalog(offers_for(one, world.ask), scene)))


def _scene(levels: tuple[Level, ...]) -> Scene:
    return Scene(command="/access", catalog=replace(a_catalog(), levels=levels))


def test_catalog_offers_a_line_that_is_let_through() -> None:
    """A level of more namespaces than one request can name is offered with one of them."""
    names = tuple(f"team-{n:03}-backend" for n in range(300))
    levels = (a_level("team-view", namespaces=names),)
    world = a_world(replace(a_catalog(), levels=levels))
    seen = a_snapshot(namespaces=frozenset(names), taken_at=NOON + timedelta(seconds=1))
    world.store.keep_seen(seen)
    found = offers_for(Browse(actor=a_person().id, words=("prod",)), world.ask)
    assert "--k8sGroup=team-view --namespace team-000-backend" in read(
        catalog(found, _scene(levels))
    )


@pytest.mark.parametrize("reason", ["&" * MAX_REASON, "<@U0BOB> " * 111, "_" * MAX_REASON, "no"])
def test_reason_of_a_no_is_told_whole(reason: str) -> None:
    """Whoever waited reads all of it, in the thread and in their own message."""
    items = LONGEST["each its own"]
    request = a_wish(items, "INC-42").with_approval(
        Approval(by=a_person("bob", "sre"), at=NOON, yes=False, reason=reason)
    )
    denied = request.moved_to(RequestState.DENIED, NOON)
    for to, threaded in (("C0APPROVE", True), ("U0ALICE", False)):
        news = Notification(
            key="x", topic=Topic.DECIDED, to=to, request=denied, leases=(), threaded=threaded
        )
        shown = render(news, a_scene_of(denied))
        assert check_message(shown) == ()
        assert read(shown).replace("\n", "").count("&amp;") >= reason.count("&")
    assert check_message(card(denied, (), a_scene_of(denied))) == ()


@pytest.mark.parametrize("name", ["alice, 5m", "Alice. 5m on dev: view in sandbox", "x" * 80])
def test_name_is_not_taken_for_what_is_asked(name: str) -> None:
    """Dialogs and notifications say what, where and how long before any word of a person's."""
    ask = an_ask(requester=replace(a_person(), name=name))
    request = a_request(ask=ask)
    shown = card(request, (), a_scene())
    length = "1h (and up to 1h longer without asking again)"
    assert f"Pending: debug in payments on prod, {length}, for " in shown["text"]
    (whole,) = [one for one in map(str, dialogs(shown)) if length in one]
    assert f"{length} on prod: debug in payments. For " in whole
