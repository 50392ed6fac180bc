"""A yes was for what a role allowed: what it allows at the grant is the cluster's own word."""

from dataclasses import replace
from datetime import timedelta

from daypass.domain.catalog import RiskRule
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.meaning import meaning
from daypass.domain.rbac.risk import Risk
from daypass.domain.scope import within
from daypass.ports import Change
from tests.builders import PODS, World, a_catalog, a_snapshot, a_workflow, a_world, unbounded
from tests.unit.usecases.requests.test_extend import a_granted, say_yes, want, want_approved
from tests.unit.usecases.scenes import approve, ask, lease_of, work

SECRETS = PolicyRule(verbs=("get",), resources=("secrets",))


def change_role(world: World, *rules: PolicyRule) -> None:
    world.clusters["prod"].roles["ClusterRole/view"] = rules


def test_provision_creates_nothing_when_the_role_was_changed_after_the_last_yes() -> None:
    """The store still has the old word: it is the cluster that is asked."""
    world = a_world()
    approve(world)
    change_role(world, PODS, SECRETS)
    work(world)
    assert world.clusters["prod"].objects == ()
    lease = lease_of(world)
    assert lease.cause is EndCause.FAILED
    assert lease.why.startswith("ClusterRole/view was changed after it was approved")
    assert "lease.attempted" not in [event.action for event in world.store.events]


def test_provision_creates_nothing_when_the_card_hid_what_the_role_leads_to() -> None:
    """Somebody had written into the store that what it allows, to the letter, leads no further."""
    world = a_world()
    change_role(world, PODS, SECRETS)
    hidden = replace(meaning((PODS, SECRETS)), risks=())
    at = world.clock.advance(timedelta(seconds=1))
    means = {**a_snapshot().means, "ClusterRole/view": hidden}
    world.store.keep_seen(a_snapshot(taken_at=at, means=means))
    assert [item.risks for item in approve(world).plan.items] == [()]
    work(world)
    assert world.clusters["prod"].objects == ()
    assert lease_of(world).cause is EndCause.FAILED


def test_provision_grants_when_the_role_only_says_it_otherwise() -> None:
    """In another order, or twice, it allows the same."""
    world = a_world()
    approve(world)
    change_role(world, PODS, replace(PODS, verbs=("list", "get")))
    work(world)
    assert lease_of(world).state is LeaseState.ACTIVE


def test_provision_grants_what_nobody_has_to_approve_as_it_is() -> None:
    """There was no yes that could have been for something else."""
    world = a_world(unbounded(a_catalog(workflows=(a_workflow(steps=()),))))
    ask(world)
    change_role(world, PODS, SECRETS)
    work(world)
    assert lease_of(world).state is LeaseState.ACTIVE


def test_more_time_is_not_given_when_the_role_was_changed_after_that_yes() -> None:
    """What is held goes on to its end; a yes to what the role is now gives more of it."""
    world, before = a_granted()
    say_yes(world, want_approved(world))
    change_role(world, PODS, SECRETS)
    work(world)
    lease = lease_of(world)
    assert (lease.state, lease.ends_at) == (LeaseState.ACTIVE, before.ends_at)
    assert lease.extensions[0].refused.startswith("ClusterRole/view was changed after it was")


def test_more_time_that_needs_no_yes_is_given_of_what_there_is() -> None:
    """The time is free, whatever the role allows."""
    world, _ = a_granted()
    want(world)
    change_role(world, PODS, SECRETS)
    work(world)
    assert lease_of(world).extensions[0].done_at is not None


def test_provision_holds_rules_about_risks_against_the_cluster_itself() -> None:
    """Law 8: a snapshot that hides what a role leads to lets nothing through."""
    rules = a_catalog(workflows=(a_workflow(steps=(), risk=RiskRule(refuse=(Risk.SECRETS,))),))
    world = a_world(rules)
    ask(world)
    change_role(world, SECRETS)
    work(world)
    assert lease_of(world).cause is EndCause.FAILED
    assert "one can read secrets, which workflow" in lease_of(world).why


def test_a_digest_that_is_put_into_the_store_lets_no_other_role_through() -> None:
    """Whoever writes the snapshot makes nobody's yes one for what the cluster has."""
    world = a_world()
    approve(world)
    change_role(world, SECRETS)
    seen = world.store.seen()["prod"]
    at = world.clock.advance(timedelta(seconds=1))
    means = {**seen.means, "ClusterRole/view": meaning((SECRETS,))}
    world.store.keep_seen(replace(seen, means=means, taken_at=at))
    work(world)
    assert world.clusters["prod"].objects == ()


def test_a_request_without_a_digest_is_not_granted_where_people_had_to_say_yes() -> None:
    """It was taken out of the store, or never there."""
    world = a_world()
    request = approve(world)
    stored = world.store.request(request.id)
    assert stored is not None
    items = tuple(replace(item, meaning="") for item in stored.plan.items)
    bare = replace(stored, plan=replace(stored.plan, items=items))
    world.store.commit(Change(move=world.ids.move(), requests=(bare,)))
    work(world)
    assert lease_of(world).cause is EndCause.FAILED
    assert within("payments") == lease_of(world).scope
