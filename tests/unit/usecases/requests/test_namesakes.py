"""Two people of one username on a cluster: each would have what the other is granted (law 5).

The second is refused at the ask and at the click, whatever made the name.
"""

from dataclasses import replace
from typing import Any

import pytest

from daypass.domain import reasons as no
from daypass.domain.catalog import Catalog
from daypass.domain.errors import PermanentOutsideError, UnreadableError
from daypass.domain.ids import PersonId
from daypass.domain.owning import NameOwner
from daypass.ports import Change
from daypass.usecases.grants.begin import begin
from daypass.usecases.requests.browse import Browse, catalog
from daypass.usecases.requests.confirm import Confirm, confirm
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.offering import OfferState
from tests.builders import World, a_catalog, a_profile, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    CAROL,
    FIRST,
    Failing,
    Meanwhile,
    approve,
    ask,
    grant,
    known_as,
    lease_of,
    names,
    refusal,
    try_once,
)

OTHER = PersonId("U0OTHER")


def by(template: str) -> Catalog:
    """Return rules by which prod makes usernames so."""
    rules = a_catalog()
    prod = replace(rules.clusters["prod"], username=template)
    return replace(rules, clusters={**rules.clusters, "prod": prod})


def joined(world: World, email: str) -> World:
    """Let another account join, whose name is `other`."""
    world.people.put(a_profile("other", id=OTHER, email=email))
    return world


@pytest.mark.parametrize(
    ("template", "first", "second", "name"),
    [
        ("{local}", "kim@example.com", "Kim@example.org", "Kim"),
        ("{email:session}", "a@b-c.com", "a-b@c.com", "a-b-c.com"),
        ("dev:{email:session:lower}", "a-b@c.com", "A@B-c.com", "dev:a-b-c.com"),
        ("{email}", "a@b-c.com", "a-b@c.com", ""),
    ],
)
def test_submit_refuses_who_would_be_another_to_the_cluster(
    template: str, first: str, second: str, name: str
) -> None:
    """By a part of the email, by what a session makes of it, in other letters: the name counts."""
    world = joined(a_world(by(template)), second)
    world.people.put(a_profile("alice", email=first))
    ask(world)
    if not name:
        ask(world, actor=OTHER)
        return
    reason = refusal(lambda: ask(world, actor=OTHER))
    assert reason == no.NameTaken(cluster="prod", who="other", username=name, other=first)
    assert len(world.store.pending()) == 1
    ask(world, cluster="dev", actor=OTHER)  # Elsewhere nobody is known by that name.


def test_submit_refuses_a_name_that_is_written_for_another_who_never_asked() -> None:
    """The configuration says that both are one user."""
    world = known_as(a_world(), {CAROL: "Alice@example.com"})
    reason = refusal(lambda: ask(world))
    assert isinstance(reason, no.NameTaken)
    assert reason.other == CAROL
    assert world.store.name_owner("prod", "alice@example.com") is None


def test_submit_refuses_who_has_the_name_of_somebody_written_for_them() -> None:
    """Whoever has it already keeps it."""
    world = a_world()
    ask(world)
    reason = refusal(lambda: ask(known_as(world, {CAROL: "alice@example.com"}), actor=CAROL))
    assert isinstance(reason, no.NameTaken)
    assert reason.other == "alice@example.com"


@pytest.mark.parametrize("template", ["ops", "{local}", "{local:lower}"])
def test_submit_refuses_a_name_that_is_written_for_another_by_email(template: str) -> None:
    """What a text makes of an email that stands there is known before anybody asks."""
    name = "ops" if template == "ops" else "kim"
    world = known_as(a_world(), {ALICE: name, "kim@example.com": template})
    reason = refusal(lambda: ask(world))
    assert isinstance(reason, no.NameTaken)
    assert reason.other == "kim@example.com"


def test_submit_takes_two_asks_of_one_person_under_their_own_name() -> None:
    """Whoever owns a name is no namesake of their own, in whatever letters Slack has it."""
    world = a_world()
    ask(world)
    world.people.put(a_profile("alice", email="Alice@Example.COM"))
    ask(world, "nodes")
    owner = world.store.name_owner("prod", "alice@example.com")
    assert owner is not None
    assert (owner.account, owner.version) == (ALICE, 1)


@pytest.mark.parametrize("key", [OTHER, "alice@example.org", ALICE, "alice@example.com"])
def test_submit_lets_a_name_go_when_the_configuration_gives_either_another(key: str) -> None:
    """That is how an administrator mends it: one line, for either of the two."""
    world = joined(a_world(by("{local}")), "alice@example.org")
    ask(world)
    mended = known_as(world, {key: "alice2"})
    ask(mended, actor=OTHER)
    owner = world.store.name_owner("prod", "alice")
    assert owner is not None
    assert owner.account == (ALICE if key in {OTHER, "alice@example.org"} else OTHER)
    ask(mended, "nodes")
    loser = ALICE if owner.account == OTHER else OTHER
    assert isinstance(refusal(lambda: ask(world, "platform-admins", actor=loser)), no.NameTaken)


def test_submit_lets_a_name_go_when_its_owner_has_another_email_by_now() -> None:
    """An administrator confirmed that; what was held under the old name is ended by then."""
    world = joined(a_world(by("{local}")), "alice@example.org")
    ask(world)
    assert isinstance(refusal(lambda: ask(world, actor=OTHER)), no.NameTaken)
    confirm(Confirm(actor="dan", person=ALICE, email="ally@example.com"), world.ask)
    ask(world, actor=OTHER)


def test_submit_takes_a_name_of_an_account_that_is_not_trusted_any_more() -> None:
    """Whose pin is gone has no name: a store that was set back may know one without the other."""
    world = a_world()
    lost = NameOwner(
        cluster="prod", username="alice@example.com", account=OTHER, since=world.clock.now()
    )
    world.store.commit(Change(move=world.ids.move(), owners=(lost,)))
    ask(world)
    owner = world.store.name_owner("prod", "alice@example.com")
    assert owner is not None
    assert (owner.account, owner.version) == (ALICE, 2)


def test_submit_refuses_in_doubt_and_takes_what_cannot_be_read_for_nobodys() -> None:
    """Law 10: an owner whose pin is damaged is one; a damaged owner nobody could mend."""
    world = joined(a_world(by("{local}")), "alice@example.org")
    ask(world)
    no_pin: Any = Failing(world.store, "pin", UnreadableError("no"), lambda name: name == ALICE)
    reason = refusal(lambda: ask(replace(world, store=no_pin), actor=OTHER))
    assert isinstance(reason, no.NameTaken)
    assert reason.other == ALICE
    damaged: Any = Failing(world.store, "name_owner", UnreadableError("no"), lambda _: True)
    ask(replace(world, store=damaged), actor=OTHER)
    owner = world.store.name_owner("prod", "alice")
    assert owner is not None
    assert owner.account == OTHER


def test_submit_judges_anew_when_another_asked_first_under_that_name() -> None:
    """Of two asks of one moment one is stored, the other is told whose name it is (law 7)."""
    world = joined(a_world(by("{local}")), "alice@example.org")
    racing: Any = Meanwhile(world.store, "commit", lambda: ask(world))
    reason = refusal(lambda: ask(replace(world, store=racing), actor=OTHER))
    assert isinstance(reason, no.NameTaken)
    assert [one.requester.id for one in world.store.pending()] == [ALICE]


def test_decide_refuses_a_yes_to_whoever_shares_a_name_by_now() -> None:
    """Every click is judged anew: the configuration changed while the request waited."""
    world = joined(a_world(), "other@example.com")
    ask(world)
    changed = known_as(world, {OTHER: "alice@example.com"})
    yes = Decide(actor=BOB, target=world.store.pending()[0].id, yes=True)
    assert isinstance(refusal(lambda: decide(yes, changed.ask)), no.NameTaken)
    decide(replace(yes, yes=False, reason="no"), changed.ask)


def test_extend_refuses_more_time_to_whoever_shares_a_name_by_now() -> None:
    """It would be more time for both."""
    world = a_world()
    grant(world)
    changed = known_as(world, {OTHER: "alice@example.com"})
    more = Extend(actor=ALICE, target=FIRST)
    assert isinstance(refusal(lambda: extend(more, changed.ask)), no.NameTaken)


def test_provision_grants_nobody_a_name_that_the_configuration_gives_another() -> None:
    """Law 8: the worker judges by its own configuration, whatever the bot let through."""
    world = a_world()
    approve(world)
    changed = known_as(world, {OTHER: "alice@example.com"})
    with pytest.raises(PermanentOutsideError, match="would know alice as"):
        begin(lease_of(world), changed.grants())
    try_once(changed, changed.grants())
    assert names(world) == []


def test_catalog_shows_nothing_as_available_to_whoever_shares_a_name() -> None:
    """Law 9: what the ask refuses is not offered, and the reason stands there."""
    world = joined(a_world(by("{local}")), "alice@example.org")
    ask(world)
    found = catalog(Browse(actor=OTHER, words=("prod", "debug")), world.ask)
    assert [one.state for one in found] == [OfferState.UNAVAILABLE]
    assert isinstance(found[0].why[0], no.NameTaken)
