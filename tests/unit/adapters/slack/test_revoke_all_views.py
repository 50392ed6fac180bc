"""Whatever clusters, people and reasons are called, the form and its answers fit into Slack."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from daypass.adapters.slack.limits import check_message, check_view
from daypass.adapters.slack.views import revoke_all as views
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.epoch import Freeze
from daypass.domain.ids import LeaseId, RequestId
from daypass.usecases.incident.revoke_all import Affected, AllRevoked, Reach
from tests.builders import NOON, a_catalog, a_lease, a_person, a_request
from tests.unit.bot.stage import read

SCENE = Scene(command="/access", catalog=a_catalog())
NAMES = st.text(alphabet="&<>`abc-", min_size=1, max_size=100)
WHYS = st.text(alphabet="&<>`*_~@! a\u202e", max_size=1_000)


@given(st.lists(NAMES, max_size=30), st.sampled_from(["", "cluster", "person"]), NAMES, WHYS)
def test_form_fits(clusters: list[str], kind: str, name: str, why: str) -> None:
    """Ten clusters are named, the rest counted in the number of leases."""
    reach = replace(Reach(), **{kind: name}) if kind else Reach()
    standing = tuple(
        a_lease(cluster=one, holder=a_person(f"p{n}")) for n, one in enumerate(clusters)
    )
    found = Affected(
        standing=standing,
        leaving=standing[:1],
        waiting=(a_request(),) * 2,
        unlooked=tuple(clusters),
    )
    view = views.revoke_all_view(found, reach, why)
    assert not list(check_view(view))
    assert views.read_reach(view["private_metadata"]) == reach
    assert not list(check_message(views.nothing(found, reach, SCENE)))


@given(st.frozensets(NAMES, max_size=30), st.booleans(), WHYS, st.integers(0, 40))
def test_answers_fit(clusters: frozenset[str], everywhere: bool, why: str, count: int) -> None:  # noqa: FBT001 - Hypothesis gives it.
    """Long lists are cut and what is left out is counted."""
    freeze = Freeze(by="dan", at=NOON, why=why, everywhere=everywhere, clusters=clusters)
    done = AllRevoked(
        ended=(LeaseId("a"),) * count,
        leaving=(LeaseId("b"),),
        missed=(LeaseId("c"),),
        waiting=tuple(a_request(id=RequestId(f"{n:012}")) for n in range(count)),
        clusters=clusters,
        unlooked=tuple(clusters),
    )
    for said in (views.all_revoked(done, freeze, SCENE), views.frozen(freeze, SCENE)):
        assert not list(check_message(said))
    assert not list(check_message(views.thawed(freeze, SCENE)))


def test_answer_tells_what_is_to_be_done_again() -> None:
    """What changed meanwhile is named, and so is what was going already."""
    done = AllRevoked(
        ended=(), leaving=(LeaseId("b"),), missed=(LeaseId("c"),), waiting=(), clusters=frozenset()
    )
    said = read(dict(views.all_revoked(done, None, SCENE)))
    assert "0 leases on 0 clusters" in said
    assert "1 lease being removed already." in said
    assert "1 lease could not be ended, or changed meanwhile: do it again." in said


def test_what_is_not_gone_yet_is_not_said_to_be_nothing() -> None:
    """Law 4: what a finalizer keeps, or a cluster that is away, gives access still."""
    reach = Reach(cluster="prod")
    found = Affected(standing=(), leaving=(a_lease(),), waiting=(a_request(),))
    said = read(dict(views.nothing(found, reach, SCENE)))
    assert "nothing is granted" not in said
    assert "1 lease being removed may still be there" in said
    assert f"Still waiting for an answer: `{a_request().id}`" in said
    gone = Affected(standing=(), leaving=(), waiting=())
    assert "nothing is granted there." in read(dict(views.nothing(gone, reach, SCENE)))


def test_what_nobody_has_looked_at_is_not_said_to_be_nothing() -> None:
    """Law 4: after a lost Redis the clusters have what is not known yet."""
    reach = Reach(cluster="prod")
    found = Affected(standing=(), leaving=(), waiting=(), unlooked=("prod",))
    said = read(dict(views.nothing(found, reach, SCENE)))
    assert "nothing is granted" not in said
    assert "⚠️ `prod`: Daypass lost its memory and has not looked there since" in said
    form = views.revoke_all_view(replace(found, standing=(a_lease(),)), reach, "")
    assert "has not looked there since" in read({"blocks": form["blocks"]})
    done = AllRevoked(
        ended=(), leaving=(), missed=(), waiting=(), clusters=frozenset(), unlooked=("prod",)
    )
    assert "has not looked there since" in read(dict(views.all_revoked(done, None, SCENE)))
