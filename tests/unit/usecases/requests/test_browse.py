"""What a person may ask for, has asked for and holds."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from daypass.domain.catalog import Cluster, RiskRule, Step
from daypass.domain.discovery import FRESH
from daypass.domain.ids import PersonId
from daypass.domain.lease import LeaseState
from daypass.domain.policy import TIMEKEEPER_SILENCE
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.meaning import Meaning, meaning
from daypass.domain.rbac.risk import Risk
from daypass.domain.reasons import (
    ClusterUnavailable,
    Lacking,
    NoTimekeeper,
    TooRisky,
    UnknownRequest,
    WhichOne,
)
from daypass.usecases.requests.browse import (
    Browse,
    catalog,
    leases,
    requests,
    status,
    whoami,
)
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.offering import Offer, OfferState
from daypass.usecases.requests.release import Release, release
from daypass.usecases.shared.identify import identify
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from tests.builders import (
    SRE,
    World,
    a_catalog,
    a_level,
    a_profile,
    a_snapshot,
    a_workflow,
    a_world,
)
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    CAROL,
    DAN,
    FIRST,
    HOUR,
    SECOND,
    approve,
    ask,
    grant,
    refusal,
)

ID = "000000000001"


def offers(world: World, *words: str, who: PersonId = ALICE) -> Mapping[tuple[str, str], Offer]:
    found = catalog(Browse(actor=who, words=words), world.ask)
    return {(one.cluster.name, one.level.name): one for one in found}


def test_catalog_offers_what_one_may_ask_for() -> None:
    """Every level on every cluster where a workflow lets this person ask, with its approvers."""
    found = offers(a_world())
    assert set(found) == {
        ("prod", "debug"), ("prod", "open"), ("prod", "nodes"), ("prod", "platform-admins"),
        ("dev", "debug"), ("dev", "open"), ("dev", "nodes"),
    }  # fmt: skip
    assert {one.state for one in found.values()} == {OfferState.AVAILABLE}
    assert found["prod", "debug"].approvers == ("team:sre (bob, dan)",)
    assert found["dev", "debug"].approvers == ()
    assert found["dev", "debug"].workflow.name == "development"


READS = meaning((PolicyRule(verbs=("get",), resources=("secrets",)),))
RULED = RiskRule(asks=(Risk.SECRETS,), step=Step(by=(SRE,)), short=(Risk.SECRETS,), most=HOUR / 2)


def see(world: World, means: Mapping[str, Meaning]) -> None:
    """Let a later look at prod see that its roles mean this."""
    at = world.clock.advance(timedelta(seconds=1))
    world.store.keep_seen(a_snapshot(means=means, taken_at=at))


@pytest.mark.parametrize("level", ["debug", "open"])
def test_catalog_says_what_rules_about_risks_come_to(level: str) -> None:
    """Also of a level for which a namespace is picked first, and of what is waited for.

    That one may be asked for in another namespace meanwhile.
    """
    world = a_world(a_catalog(workflows=(a_workflow(steps=(), risk=RULED),)))
    see(world, {"ClusterRole/view": READS})
    places = ("team-a",) if level == "open" else ()
    then = OfferState.AVAILABLE if places else OfferState.PENDING
    for asked, state in ((False, OfferState.AVAILABLE), (True, then)):
        found = offers(world)["prod", level]
        assert (found.state, found.risks) == (state, (Risk.SECRETS,))
        assert found.approvers == ("team:sre (bob, dan)",)
        flow = found.workflow
        assert (flow.default_duration, flow.max_duration) == (HOUR / 2, HOUR / 2)
        if not asked:
            ask(world, level, namespaces=places, duration=None)


def test_catalog_offers_nothing_that_is_refused_in_every_namespace() -> None:
    """Whichever is picked: its role leads to what the workflow refuses, or is not there."""
    world = a_world(a_catalog(workflows=(a_workflow(risk=RiskRule(refuse=(Risk.SECRETS,))),)))
    for means, why in (({"ClusterRole/view": READS}, TooRisky), ({}, Lacking)):
        see(world, means)
        found = offers(world)["prod", "open"]
        assert [type(one) for one in found.why] == [why]


def test_catalog_is_empty_where_no_workflow_matches() -> None:
    """What one may not ask for is not listed."""
    assert offers(a_world(a_catalog(workflows=()))) == {}


def test_catalog_says_what_one_waits_for_and_holds() -> None:
    """An offer tells the request that waits, or until when it is granted."""
    world = a_world()
    approve(world, "nodes")
    assert offers(world)["prod", "nodes"].state is OfferState.GRANTED
    assert offers(world)["prod", "nodes"].until is None
    grant(world)
    ask(world, "platform-admins")
    found = offers(world)
    granted, pending = found["prod", "debug"], found["prod", "platform-admins"]
    assert (granted.state, granted.until) == (OfferState.GRANTED, world.clock.now() + HOUR)
    assert granted.request == "000000000002"
    assert (pending.state, pending.request) == (OfferState.PENDING, "000000000003")
    assert offers(world, who=CAROL)["prod", "debug"].state is OfferState.AVAILABLE


def test_catalog_offers_again_what_ends() -> None:
    """What is being revoked may be asked for."""
    world = a_world()
    grant(world)
    release(Release(actor=ALICE, target=""), world.ask)
    assert offers(world)["prod", "debug"].state is OfferState.AVAILABLE


def test_catalog_counts_no_request_for_more_time_as_one_for_access() -> None:
    """Nothing is pending that would become a lease: it may be asked for."""
    world = a_world()
    lease = grant(world)
    extend(Extend(actor=ALICE, target=lease.id, length=3 * HOUR), world.ask)
    release(Release(actor=ALICE, target=""), world.ask)
    assert offers(world)["prod", "debug"].state is OfferState.AVAILABLE


def test_catalog_offers_nothing_while_no_timekeeper_runs() -> None:
    """The interlock is said before somebody asks."""
    world = a_world()
    world.clock.advance(TIMEKEEPER_SILENCE * 2)
    assert offers(world)["prod", "debug"].why == (NoTimekeeper(),)


def test_catalog_says_why_something_is_unavailable() -> None:
    """Seen before approval is asked: a missing role, or a cluster of which nothing is known."""
    world = a_world()
    world.store.keep_seen(a_snapshot(taken_at=world.clock.advance(timedelta(seconds=1)), means={}))
    lacking = offers(world)["prod", "debug"]
    assert lacking.state is OfferState.UNAVAILABLE
    assert lacking.why == (Lacking(level="debug", cluster="prod", what=("ClusterRole/view",)),)
    world.clock.advance(FRESH * 2)
    world.heartbeats.beat(TIMEKEEPER_PROCESS)
    stale = offers(world)["dev", "debug"]
    assert stale.why == (ClusterUnavailable(cluster="dev"),)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("prod",), 4),
        (("PROD", "admins"), 1),
        (("env:dev",), 3),
        (("what", "nodes", "for"), 2),
        (("nothing-like-it",), 0),
    ],
)
def test_catalog_filters_by_every_word(words: tuple[str, ...], count: int) -> None:
    """Each word has to occur in cluster, labels, level or summary, in any case."""
    assert len(offers(a_world(), *words)) == count


def test_requests_lists_mine_and_those_that_wait_for_me() -> None:
    """One's own, newest first; those of others that one could decide, oldest first."""
    world = a_world()
    approve(world)
    ask(world, "nodes")
    ask(world, actor=BOB)
    ask(world, actor=CAROL)
    alice = requests(Browse(actor=ALICE), world.ask)
    bob = requests(Browse(actor=BOB), world.ask)
    assert [(one.request.id, len(one.leases)) for one in alice.mine] == [
        ("000000000002", 0),
        (ID, 1),
    ]
    assert alice.waiting == ()
    assert [one.id for one in bob.waiting] == ["000000000002", "000000000004"]


@pytest.mark.parametrize("words", [(), (ID,), (f"{ID}-2",), (ID.upper(),), ("oooooooooooi",)])
def test_status_shows_a_request_with_its_leases(words: tuple[str, ...]) -> None:
    """An id in any case, with or without suffix; without one, the newest of one's own."""
    world = a_world()
    approve(world, "debug", "nodes")
    standing = status(Browse(actor=ALICE, words=words), world.ask)
    assert standing.request.id == ID
    assert [lease.id for lease in standing.leases] == [FIRST, SECOND]


def test_status_is_for_requester_approvers_and_administrators() -> None:
    """Whoever may not see a request is told that there is none."""
    world = a_world()
    ask(world)
    ask(world, cluster="dev")
    for who, target in ((BOB, ID), (DAN, ID), (DAN, "000000000002")):
        assert status(Browse(actor=who, words=(target,)), world.ask).request.id == target
    for who, target in ((CAROL, ID), (BOB, "000000000002")):
        command = Browse(actor=who, words=(target,))
        assert hidden(world, command) == UnknownRequest(text=target)


def hidden(world: World, command: Browse) -> object:
    return refusal(lambda: status(command, world.ask))


def test_status_says_that_there_is_none() -> None:
    """Who has asked for nothing is told so."""
    assert hidden(a_world(), Browse(actor=ALICE)) == WhichOne(what="request", ids=())


def test_leases_lists_what_one_holds_until_it_is_gone() -> None:
    """What ends is listed until it is proven gone; others' leases are not."""
    world = a_world()
    grant(world)
    release(Release(actor=ALICE, target=""), world.ask)
    (mine,) = leases(Browse(actor=ALICE), world.ask)
    assert (mine.id, mine.state) == (FIRST, LeaseState.REVOKING)
    assert leases(Browse(actor=CAROL), world.ask) == ()


@pytest.mark.parametrize(("who", "admin"), [(ALICE, False), (DAN, True)])
def test_whoami_tells_the_username_per_cluster(who: PersonId, *, admin: bool) -> None:
    """A person reads by which name each cluster knows them."""
    world = a_world()
    found = whoami(Browse(actor=who), world.ask)
    assert found.person == identify(who, world.ask)
    assert found.usernames == dict.fromkeys(("prod", "dev"), found.person.email)
    assert found.admin is admin


def test_whoami_tells_usernames_letter_by_letter() -> None:
    """What is read is what is bound: kubectl auth whoami has to say the same."""
    clusters = {
        "prod": Cluster(name="prod"),
        "dev": Cluster(name="dev", username="oidc:{local:lower}"),
    }
    world = a_world(a_catalog(clusters=clusters))
    world.people.put(a_profile("alice", email="Alice@Example.COM"))
    found = whoami(Browse(actor=ALICE), world.ask)
    assert found.usernames == {"prod": "Alice@Example.COM", "dev": "oidc:alice"}


def test_catalog_needs_no_namespace_to_offer_a_choice() -> None:
    """That a namespace has to be picked makes nothing unavailable; a missing role does."""
    levels = (a_level("open", namespaces=(), choose=("team-*",)),)
    assert offers(a_world(a_catalog(levels=levels)))["prod", "open"].state is OfferState.AVAILABLE
