"""RevokeAll ends whatever can be ended, each lease with its own event, and may be repeated."""

from dataclasses import replace
from datetime import timedelta

from daypass.domain.ids import LeaseId, RequestId, lease_id
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.people import Pin
from daypass.domain.reasons import HoldsSecret, NotYours, UnknownCluster, UnknownPerson
from daypass.ports import Change, Ledger, PromiseKind
from daypass.usecases.incident.administer import administrator
from daypass.usecases.incident.await_revoked import Unproven, await_revoked
from daypass.usecases.incident.revoke_all import AllRevoked, Reach, RevokeAll, affected, revoke_all
from tests.builders import NOON, World, a_catalog, a_lease, a_snapshot, a_world
from tests.unit.usecases.scenes import (
    BOB,
    CAROL,
    DAN,
    FIRST,
    Meanwhile,
    actions,
    approve,
    ask,
    grant,
    lease_of,
    let_go,
    names,
    pass_time,
    refusal,
    rows,
    work,
)


def end_all(world: World, ports: Ledger | None = None, **reach: str) -> AllRevoked:
    command = RevokeAll(reach=Reach(**reach), actor="cli:root", by="root", why=" INC-42 ")
    return revoke_all(command, ports or world.ask)


def many(world: World, count: int, **fields: object) -> list[LeaseId]:
    """Put that many active leases into the store."""
    default = a_lease(state=LeaseState.ACTIVE, ends_at=NOON + timedelta(hours=1))
    leases = [
        replace(default, id=lease_id(RequestId(f"{number:012}"), 1), **fields)  # type: ignore[arg-type] # Any field.
        for number in range(100, 100 + count)
    ]
    world.store.commit(Change(move=world.ids.move(), leases=tuple(leases)))
    return [lease.id for lease in leases]


def test_revoke_all_ends_what_is_granted_and_what_is_being_granted() -> None:
    """All of it is decided at once, with cause, actor and reason, and is gone soon after."""
    world = a_world()
    grant(world)
    approve(world, actor=CAROL)
    done = end_all(world)
    assert set(done.ended) == {FIRST, LeaseId("000000000002-1")}
    assert done.clusters == {"prod"}
    assert (done.leaving, done.missed) == ((), ())
    over = lease_of(world)
    assert (over.state, over.cause, over.ended_by, over.why) == (
        LeaseState.REVOKING,
        EndCause.REVOKED,
        "root",
        "INC-42",
    )
    assert actions(world, FIRST)[-1] == "lease.ending"
    events = [one for one in world.store.events if one.action.value == "lease.ending"]
    assert {(one.actor, one.facts["why"]) for one in events} == {("cli:root", "INC-42")}
    assert rows(world)[PromiseKind.END, FIRST] == 0
    work(world)
    assert not names(world)
    assert not world.store.live_on("prod")


def test_revoke_all_leaves_requests_that_wait_and_says_so() -> None:
    """What nobody approved is nothing to end; a freeze keeps it from being granted."""
    world = a_world()
    waiting = ask(world).request
    done = end_all(world)
    assert [one.id for one in done.waiting] == [waiting.id]
    assert world.store.pending()


def test_revoke_all_may_be_repeated() -> None:
    """The second time nothing is left to decide; what is on its way out is counted as that."""
    world = a_world()
    grant(world)
    end_all(world)
    before = len(world.store.events)
    done = end_all(world)
    assert (done.ended, done.leaving) == ((), (FIRST,))
    assert len(world.store.events) == before
    work(world)
    assert end_all(world).leaving == ()


def test_revoke_all_ends_one_cluster_alone() -> None:
    """The others stay as they are."""
    world = a_world()
    here, there = _two_clusters(world)
    ask(world, "nodes")
    done = end_all(world, cluster="dev")
    assert (done.ended, done.waiting) == ((there,), ())
    assert lease_of(world, here).grantable


def _two_clusters(world: World) -> tuple[LeaseId, LeaseId]:
    lease = grant(world)
    approved = ask(world, "open", cluster="dev", namespaces=("team-a",), actor=CAROL)
    return lease.id, approved.leases[0].id


def test_revoke_all_looks_at_clusters_that_were_taken_out_of_the_catalog() -> None:
    """What the store knows of counts, not only what the configuration still has (law 10)."""
    world = a_world()
    [lost] = many(world, 1, cluster="old")
    assert end_all(world, cluster="old").ended == (lost,)
    [lost] = many(a_world(), 1, cluster="old")
    other = a_world()
    other.store.keep_seen(a_snapshot("old"))
    many(other, 1, cluster="old")
    assert end_all(other).ended == (lost,)


def test_revoke_all_refuses_names_that_nobody_ever_had() -> None:
    """That nothing was ended because of a typing error must not look like success."""
    world = a_world()
    world.store.commit(
        Change(
            move=world.ids.move(),
            pins=(Pin(id=BOB, email="bob@example.com", pinned_at=NOON),),
        )
    )
    assert isinstance(refusal(lambda: end_all(world, cluster="prdo")), UnknownCluster)
    assert isinstance(refusal(lambda: end_all(world, person="bbo@example.com")), UnknownPerson)
    assert isinstance(refusal(lambda: end_all(world, person="U0NOBODY")), UnknownPerson)
    assert end_all(world, person="bob@example.com").ended == ()
    assert end_all(world, person="U0BOB").ended == ()
    assert end_all(world, cluster="prod").ended == ()


def test_revoke_all_refuses_a_reason_that_holds_a_secret() -> None:
    """People read the reason; nothing was ended."""
    world = a_world()
    grant(world)
    command = RevokeAll(reach=Reach(), actor="x", by="x", why="xoxb-1234567890-ab")
    assert isinstance(refusal(lambda: revoke_all(command, world.ask)), HoldsSecret)
    assert lease_of(world).grantable


def test_affected_counts_and_changes_nothing() -> None:
    """What is said before the question is what would be done."""
    world = a_world()
    grant(world)
    approve(world, actor=CAROL)
    let_go(world)
    ask(world)
    before = len(world.store.events)
    found = affected(Reach(), world.ask)
    assert [len(part) for part in (found.standing, found.leaving, found.waiting)] == [1, 1, 1]
    assert found.clusters == {"prod"}
    assert len(world.store.events) == before


def test_administrator_is_who_the_catalog_says() -> None:
    """Everybody else is told who could (law 5)."""
    world = a_world()
    assert administrator(DAN, world.ask, verb="freeze", what="grants").name == "dan"
    refused = refusal(lambda: administrator(BOB, world.ask, verb="freeze", what="grants"))
    assert refused == NotYours(verb="freeze", what="grants", could=("dan@example.com (dan)",))


def test_administrator_is_nobody_where_the_catalog_has_none() -> None:
    """Then the terminal is the only way, and the refusal says so."""
    world = a_world(a_catalog(admins=()))
    refused = refusal(lambda: administrator(DAN, world.ask, verb="freeze", what="grants"))
    assert str(refused) == (
        "You may not freeze grants. Only the command daypass on a terminal could."
    )


def test_still_there_waits_until_all_is_gone() -> None:
    """It returns as soon as the last is proven gone."""
    world = a_world()
    grant(world)
    end_all(world)
    ports = replace(world.ask, clock=Meanwhile(world.clock, "pause", lambda: work(world)))
    assert await_revoked([FIRST], timedelta(minutes=1), ports).count == 0


def test_still_there_waits_no_longer_than_it_may() -> None:
    """What is not gone by then is named."""
    world = a_world()
    grant(world)
    end_all(world)
    left = await_revoked([FIRST], timedelta(seconds=5), world.ask)
    assert [lease.id for lease in left.live] == [FIRST]
    pass_time(world, 1)


def test_what_the_store_lost_is_not_proven_gone() -> None:
    """Whoever keeps time may delete a lease that just ended, before its cluster has let it go."""
    world = a_world()
    assert await_revoked([FIRST], timedelta(0), world.ask) == Unproven(live=[], lost=[FIRST])
