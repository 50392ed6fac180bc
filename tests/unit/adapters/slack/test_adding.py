"""What a request adds: a line that fits beside all that is decided on, and all behind a button."""

from dataclasses import replace

import pytest

from daypass.adapters.slack import actions as act
from daypass.adapters.slack.limits import check_message, text_length
from daypass.adapters.slack.limits_table import MESSAGE_TEXT
from daypass.adapters.slack.views.adding import LINES, NOTHING, adds, detailed, said, where
from daypass.adapters.slack.views.card import card
from daypass.adapters.slack.views.catalog import catalog
from daypass.adapters.slack.views.lists import status
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.gain import Gain, Gained, Part
from daypass.domain.rbac.reach import reach
from daypass.domain.request import Request
from daypass.usecases.requests import browse
from daypass.usecases.requests.details import Detailed, Details
from tests.builders import NOON, a_catalog, a_person, a_request, a_world
from tests.unit.adapters.slack.examples import texts
from tests.unit.adapters.slack.longest import LONGEST, a_scene_of, a_wish
from tests.unit.usecases.scenes import ALICE, BOB

HOSTILE = "<!channel> *bold* `code` <@U0BOB> \u202e\n> quoted"
SCENE = Scene(command="/access", catalog=a_catalog())


def on(resource: str, *verbs: str, names: tuple[str, ...] = ()) -> PolicyRule:
    return PolicyRule(verbs=verbs, resources=(resource,), resource_names=names)


def part(*rules: PolicyRule, places: tuple[str, ...] = ("payments",)) -> Part:
    return Part(namespaces=places, reach=reach(rules))


MUCH = part(
    *(on(f"{HOSTILE}{n}", "get", HOSTILE, f"{'&' * 300}", names=(f"{'&' * 253}",))
      for n in range(60)),
    places=tuple(f"{n}".ljust(63, "n") for n in range(9)),
)  # fmt: skip


def gained(*parts: Part, **fields: int | bool) -> Gained:
    gain = Gain(parts=parts, **fields)  # type: ignore[arg-type] # A number, or whether.
    return Gained(gain=gain, at=NOON, current=True)


def whole(found: Gained, page: int = 1, request: Request | None = None) -> Detailed:
    asked = Details(actor=ALICE, target="prod", level="debug", page=page)
    return Detailed(
        asked=asked, person=a_person(), cluster="prod", gained=found, request=request
    )  # fmt: skip


def test_card_says_what_a_request_adds_and_its_button_carries_the_id() -> None:
    """What tells most first."""
    found = gained(part(on("pods", "delete", "get"), on("secrets", "get")))
    message = card(a_request(), (), SCENE, gained=found)
    assert "*Adds:* read secrets, delete and read pods in payments" in texts(message)
    (button,) = [b["accessory"] for b in message["blocks"] if "accessory" in b]
    assert isinstance(button, dict)
    assert (button["action_id"], button["value"]) == (act.DETAILS, a_request().id)
    assert "Adds" not in str(card(a_request(), (), SCENE))


def test_status_says_what_a_request_adds_without_the_button() -> None:
    """The card has that."""
    found = gained(part(on("secrets", "get")))
    message = status(browse.Standing(request=a_request(), leases=(), gained=found), SCENE)
    assert "*Adds:* read secrets in payments" in texts(message)
    assert act.DETAILS not in str(message)


def test_card_says_nothing_of_what_may_have_changed() -> None:
    """An old picture shows what was: that is behind the button."""
    old = replace(gained(part(on("pods", "get"))), current=False)
    line = str(adds(old, "x", 400))
    assert "not seen since" in line
    assert "pods" not in line


def test_places_are_said_once_for_what_stands_together() -> None:
    """Cluster-wide, in some, or in so many that they are counted."""
    found = gained(
        part(on("pods", "get"), places=("a", "b")), part(on("pods", "delete"), places=("",))
    )
    assert said(found.gain, 400) == "delete pods cluster-wide; read pods in a, b"
    assert where(("", "a")) == "cluster-wide and in a"
    assert where(tuple("abcde")) == "in a, b, c and 2 more"


def test_verb_is_said_once_for_all_that_follows_under_it() -> None:
    """What tells most still comes first."""
    found = gained(
        part(*(on(what, "get") for what in ("secrets", "pods", "pods/log")), on("pods", "delete"))
    )
    assert said(found.gain, 400) == "read secrets, delete and read pods, read pods/log in payments"
    read = gained(part(*(on(what, "get") for what in ("pods", "pods/log", "events"))))
    assert said(read.gain, 400) == "read events, pods and pods/log in payments"


def test_what_does_not_fit_is_counted() -> None:
    """Nothing is cut in the middle, and nothing passed over in silence."""
    found = gained(part(*(on(f"r{n:02}", "get") for n in range(50))))
    assert said(found.gain, 100) == "read r00, r01, r02, r03 and r04 in payments and 45 more"
    assert said(found.gain, 0) == "50 rights"
    assert len(said(gained(MUCH).gain, 400)) <= 400


def test_verbs_that_somebody_made_up_hide_none_of_kubernetes_own() -> None:
    """Neither on the card nor behind its button: they come last, for lines are cut at the end."""
    made_up = tuple(f"a{n}{'x' * 30}" for n in range(20))
    found = gained(part(on("deployments", *made_up, "delete")))
    assert said(found.gain, 400) == "delete and 20 other verbs deployments in payments"
    assert "`delete, a0x" in str(detailed(whole(found), "more"))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (gained(), NOTHING),
        (gained(partly=True), "perhaps more: a part of it is not known"),
        (gained(unlooked=3), "in 3 namespaces beyond the first 100 it was not looked at"),
        (
            gained(Part(namespaces=("a",), reach=replace(reach([on("x", "get")]), more=True))),
            "read x in a; and more than is gone into",
        ),
    ],
)
def test_what_is_not_known_is_said(found: Gained, words: str) -> None:
    """Nothing is sure only where all of it was seen."""
    assert said(found.gain, 400) == words


@pytest.mark.parametrize("name", LONGEST)
def test_longest_card_still_says_what_is_decided_on(name: str) -> None:
    """The line gives way to what people approve, on the card and where it is read as a status."""
    request, much = a_wish(LONGEST[name]), gained(MUCH, unlooked=9, partly=True)
    scene, standing = a_scene_of(request), browse.Standing(request=request, leases=(), gained=much)
    for message in (card(request, (), scene, gained=much), status(standing, scene)):
        assert not check_message(message)
        assert text_length(message["blocks"]) <= MESSAGE_TEXT
        assert "*Adds:*" in str(message)


def test_details_are_everything_page_by_page() -> None:
    """Each line whole: its verbs, what they are on, and where."""
    found = gained(part(*(on(f"r{n:02}", "get", "list") for n in range(LINES + 1))))
    first, last = (detailed(whole(found, page), "/access details x --page 2") for page in (1, 2))
    assert "• `get, list` on `r00` (core) in payments" in texts(first)
    assert "And 1 more" in str(first)
    assert "--page 2" in str(first)
    assert "r10" in str(last)
    assert "And" not in str(last)
    assert first["text"] == "What `debug` adds on prod for you: 11 rights"


def test_details_name_the_request_and_for_whom_it_is() -> None:
    """And what somebody may come to with what is new."""
    found = whole(gained(part(on("secrets", "get"))), request=a_request())
    other = replace(found, asked=replace(found.asked, actor=BOB))
    message = detailed(other, "")
    assert message["text"] == "What debug in payments adds on prod for alice: 1 right"
    assert "With that one can read secrets." in str(message)
    old = replace(other, gained=replace(other.gained, current=False))
    assert "As it was" in str(detailed(old, ""))
    assert NOTHING in detailed(whole(gained()), "")["text"]


@pytest.mark.parametrize("name", LONGEST)
def test_hostile_details_are_what_slack_takes(name: str) -> None:
    """Whoever may write a role writes none of our messages."""
    found = whole(gained(MUCH, unlooked=9, partly=True), request=a_wish(LONGEST[name]))
    message = detailed(found, f"/access {'x' * 200}")
    assert not check_message(message)
    assert text_length(message["blocks"]) <= MESSAGE_TEXT
    assert "<!channel>" not in str(message)


def test_catalog_says_what_a_single_offer_adds() -> None:
    """With a button that names the level."""
    world = a_world()
    offers = browse.catalog(browse.Browse(actor=ALICE, words=("prod", "debug")), world.ask)
    message = catalog(offers, SCENE, gained(MUCH))
    assert not check_message(message)
    assert "'value': 'prod debug'" in str(message)
