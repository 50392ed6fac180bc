"""More namespaces than a picture keeps, as an API server lists them: what is left out is said."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import pytest

from daypass.adapters.slack.limits import check_message
from daypass.adapters.slack.views.discover import discovered
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.discovery import MOST, Wanted, missing
from daypass.domain.picture import Kind
from daypass.domain.scope import within
from daypass.ports import watch_of
from daypass.usecases.requests.discover import Discover, discover
from tests.builders import World, a_level, a_world
from tests.streams import looked
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import a_cluster
from tests.unit.adapters.slack.examples import texts
from tests.unit.usecases.scenes import DAN
from workers.grants import kept
from workers.grants.picture import Picture

THERE: Final = kept.MOST + 1_000
PAGE: Final = 500
NEWEST: Final = Canned(body={"items": [], "metadata": {"resourceVersion": "70"}})
ENDS: Final = Canned(text="")
"""A watch that says nothing more."""


def pages() -> Iterator[Canned]:
    """Yield all namespaces as a server does that is asked for 500 at a time."""
    for start in range(0, THERE, PAGE):
        names = (f"crowd-{number:05}" for number in range(start, start + PAGE))
        items = [{"metadata": {"name": name}} for name in names]
        token = str(start) if start + PAGE < THERE else ""
        yield Canned(body={"items": items, "metadata": {"continue": token}})


@pytest.fixture(scope="module")
def crowded() -> World:
    """A world whose picture of prod was made of them, while what was seen is written."""
    world = a_world()
    world.heartbeats.take_duty(watch_of("prod"), "a")
    answers = [one for kind in Kind for one in (NEWEST, *listed(kind), ENDS)]
    with a_cluster(*answers) as (cluster, _), ThreadPoolExecutor(1) as aside:
        picture = Picture(replace(world.grants(), cluster=cluster), "a")
        picture.renew(world.clock.ticks())
        looking = aside.submit(lambda: [looked(picture.look(kind, "")) for kind in Kind])
        while not looking.done():
            picture.write_once()
        looking.result()
        for _ in range(THERE):
            picture.write_once()
            if world.pictures.about("prod") is not None:
                break
    return world


def listed(kind: Kind) -> Iterator[Canned]:
    """Yield the pages of a kind; of all others there is nothing."""
    return pages() if kind is Kind.NAMESPACE else iter([Canned(body={"items": []})])


def test_what_a_picture_does_not_keep_is_counted(crowded: World) -> None:
    """No more is held, and everybody who looks is told."""
    about = crowded.pictures.about("prod")
    assert about is not None
    assert about.left_out == {Kind.NAMESPACE: THERE - kept.MOST}
    assert len(crowded.pictures.keys("prod", Kind.NAMESPACE)) == kept.MOST


@pytest.mark.parametrize(
    ("page", "first", "left"), [(1, "crowd-00000", "19,992"), (2_500, "crowd-19992", "")]
)
def test_each_page_of_them_is_one_message(crowded: World, page: int, first: str, left: str) -> None:
    """With how many come after, and how many were not kept."""
    asked = Discover(actor=DAN, cluster="prod", kind="ns", page=page)
    scene = Scene(command="/access", catalog=crowded.catalog)
    message = discovered(discover(asked, crowded.ask), scene, "/access discover prod --kind ns")
    assert not check_message(message)
    read = "\n".join(texts(message))
    assert "20,000 things on prod" in read
    assert f"Namespace `{first}`" in read
    assert ("And " in read, left in read) == (bool(left), True)
    assert "Namespace: 1,000 too many to be kept" in read


def test_namespace_beyond_those_that_may_be_chosen_is_not_called_missing() -> None:
    """Of so many the first are known: whoever asks for another reads that."""
    version = Canned(body={"gitVersion": "v1.36.0"})
    level = a_level(namespaces=(), choose=("crowd-*",))
    with a_cluster(NEWEST, *pages(), version) as (cluster, _):
        seen = cluster.discover(Wanted(choose=level.choose))
    assert (len(seen.namespaces), seen.left_out) == (MOST, THERE - MOST)
    lacks, *_ = missing(level, within(f"crowd-{THERE - 1:05}"), seen)
    assert lacks == "namespace crowd-20999 (or it is one of 16,000 that are too many to be kept)"
