"""With very many clusters, approvers or letters: what names some says so, and looks at no more."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from daypass.adapters.slack.limits import check_message, check_view
from daypass.adapters.slack.text import code, inert, plain
from daypass.adapters.slack.views import catalog as views
from daypass.adapters.slack.views import revoke_all
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.catalog import Principal, Team
from daypass.domain.reasons import UnknownLevel
from daypass.usecases.incident.revoke_all import Affected, Reach
from daypass.usecases.requests.offering import Offer, OfferState
from tests.builders import a_catalog, a_lease, a_level, a_person, a_workflow
from tests.unit.bot.stage import read

SCENE = Scene(command="/access", catalog=a_catalog())
PROD = a_catalog().clusters["prod"]


class Looked(str):
    """A text that knows how far somebody looked into it."""

    __slots__ = ("most",)

    def __getitem__(self, part: object) -> str:
        """Note where a part of it ends."""
        assert isinstance(part, slice)
        self.most = part.stop
        return super().__getitem__(part)

    def split(self, *_: object) -> list[str]:
        """Nobody takes all of it apart."""
        raise AssertionError("the whole of it was looked at")


def offers(count: int, **fields: Any) -> list[Offer]:
    """Offer one level on each of so many clusters."""
    offer = Offer(
        cluster=PROD, level=a_level(), workflow=a_workflow(), state=OfferState.AVAILABLE,
        approvers=("bob",),
    )  # fmt: skip
    return [replace(offer, cluster=replace(PROD, name=f"c{n}"), **fields) for n in range(count)]


@pytest.mark.parametrize(
    ("count", "said"), [(1, "on c0."), (3, "c0, c1 and c2."), (200, "c9 and 190 more.")]
)
def test_catalog_says_how_many_clusters_it_does_not_name(count: int, said: str) -> None:
    """Ten of 200 must not read as if there were no others."""
    message = views.catalog(offers(count), SCENE)
    assert not list(check_message(message))
    assert said in message["text"]


def test_catalog_says_how_many_reasons_it_leaves_out() -> None:
    """Two of five stand there."""
    why = tuple(UnknownLevel(name=f"l{n}", nearest=()) for n in range(5))
    message = views.catalog(offers(1, state=OfferState.UNAVAILABLE, why=why), SCENE)
    assert "and 3 more reasons" in read(dict(message))


def test_form_that_ends_all_says_what_is_on_the_clusters_it_does_not_name() -> None:
    """The counts add up to what ends."""
    standing = tuple(
        a_lease(cluster=f"c{n}", holder=a_person(f"p{m}")) for n in range(200) for m in range(25)
    )
    found = Affected(standing=standing, leaving=(), waiting=())
    view = revoke_all.revoke_all_view(found, Reach(), "")
    assert not list(check_view(view))
    assert "`c9` 25 and 190 more with 4,750; of 25 people" in read(dict(view))


def test_asked_says_how_many_of_a_team_it_does_not_name() -> None:
    """Five emails of 30 must not read as the whole team."""
    team = Team(name="big", emails=frozenset(f"p{n:02}@example.com" for n in range(30)))
    scene = replace(SCENE, catalog=a_catalog(teams={"big": team}))
    assert "p04@example.com and 25 more)" in scene.asked((Principal(team="big"),))


@pytest.mark.parametrize("written", [inert, code, plain])
def test_no_more_of_a_text_is_looked_at_than_its_beginning(
    written: Callable[[str, int], str],
) -> None:
    """A name of megabytes costs what a name of some hundred letters does."""
    name = Looked("ü" * 100_000)
    said = written(name, 80)
    assert name.most < 10_000
    assert len(said.strip("`")) == 80
    assert said.strip("`").endswith("…")


def test_text_that_is_not_looked_at_to_its_end_says_so() -> None:
    """What stands behind thousands of signs that nobody sees is not just gone."""
    assert inert("a" + "\u200b" * 10_000 + "b", 80) == "a…"
