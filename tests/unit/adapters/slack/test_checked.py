"""What people read when they paste what `kubectl auth whoami` printed."""

from dataclasses import replace

import pytest

from daypass.adapters.slack.limits import check_message
from daypass.adapters.slack.views.checked import checked
from daypass.domain.catalog import Cluster
from daypass.domain.errors import RefusedError
from daypass.domain.reasons import UnknownCluster
from daypass.usecases.requests.check_name import CheckName, check_name
from tests.builders import World, a_catalog, a_profile, a_world
from tests.unit.adapters.slack.examples import a_scene, read
from tests.unit.usecases.scenes import ALICE

ODD = "`\u200b<@U0BOB>*_\u0430" * 60


def a_place(*clusters: Cluster) -> World:
    """Return a world with these clusters, and alice in it with capitals."""
    world = a_world()
    rules = replace(a_catalog(), clusters={one.name: one for one in clusters})
    world = replace(world, catalog=rules)
    world.people.put(a_profile("alice", email="Alice@Example.COM"))
    return world


def answer(world: World, cluster: str, said: str) -> str:
    """Return what alice reads; whatever it is, Slack takes it, and nothing was stored."""
    stored = len(world.store.events)
    command = CheckName(actor=ALICE, cluster=cluster, said=said)
    check_name(replace(command, said=""), world.ask)  # Pins, as every command does.
    pinned = world.store.image()
    message = checked(check_name(command, world.ask), replace(a_scene(), catalog=world.catalog))
    assert check_message(message) == ()
    assert world.store.image() == pinned
    assert len(world.store.events) <= stored + 1
    return read(message)


PROD = Cluster(name="prod", context="{local}@prod")


def test_check_says_that_both_are_the_same() -> None:
    """Letter by letter; nothing is to be mended."""
    said = answer(a_place(PROD), "prod", "Alice@Example.COM")
    assert "The same, letter by letter: prod knows you as `Alice@Example.COM`" in said
    assert "overrides" not in said


def test_check_says_what_differs_and_what_an_administrator_writes() -> None:
    """Both the rule for all and the line for one; the person's paste does nothing by itself."""
    said = answer(a_place(PROD), "prod", "oidc:alice@example.com")
    assert "prod says `oidc:alice@example.com`, and Daypass would bind `Alice@Example.COM`" in said
    assert "They differ in capitals" in said
    assert "The cluster has `oidc:` before it." in said
    assert '    username: "oidc:{email:lower}"' in said
    assert '    overrides: {"alice@example.com": "oidc:alice@example.com"}' in said
    assert "Nothing was changed by what you pasted" in said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Alice-Example.COM", "The cluster has `-` where Daypass has `@`"),
        ("Alice-Example.COM", 'username: "aws-auth-session"'),
        ("Alice", "Daypass has `@Example.COM` behind it, and the cluster has not."),
        ("ops", "They are different names."),
        ("\u0410lice@Example.COM", "U+0410 cyrillic capital letter a"),
        ("Alice@Example.COM\u200b", "U+200B zero width space"),
        ("system:anonymous", "is a name of the system, and no person"),
        ("system:serviceaccount:a:b", "Sign in to prod as yourself"),
    ],
)
def test_check_names_each_difference(said: str, expected: str) -> None:
    """In a sentence of its own, with what mends it where anything does."""
    assert expected in answer(a_place(PROD), "prod", said)


def test_check_offers_no_name_of_the_system() -> None:
    """Nothing is ever granted to it, so no line may say that name."""
    assert "overrides" not in answer(a_place(PROD), "prod", "system:masters")


def test_check_changes_what_is_written_for_the_person_alone() -> None:
    """Beside an override no rule changes anything; of two that of the account counts."""
    mine = replace(PROD, overrides={"U0ALICE": "ally"})
    said = answer(a_place(mine), "prod", "oidc:Alice@Example.COM")
    assert 'overrides: {"U0ALICE": "oidc:Alice@Example.COM"}' in said
    assert "username:" not in said
    by_email = replace(PROD, overrides={"alice@example.com": "ally"})
    said = answer(a_place(by_email), "prod", "Alice@Example.COM")
    assert 'overrides: {"alice@example.com": "Alice@Example.COM"}' in said


def test_check_asks_whether_it_was_printed_on_another_cluster() -> None:
    """A context is easily the wrong one."""
    dev = Cluster(name="dev", username="oidc:{local}")
    said = answer(a_place(PROD, dev), "prod", "oidc:Alice")
    assert "Daypass knows you by that name on dev. Was it printed there?" in said


def test_check_says_what_to_run_where_nothing_was_pasted() -> None:
    """The command with the person's own context, and where its output goes."""
    said = answer(a_place(PROD), "prod", "")
    assert "kubectl --context Alice@prod auth whoami" in said
    assert "/access whoami --check prod …" in said
    several = answer(a_place(PROD, Cluster(name="dev")), "", "")
    assert "kubectl auth whoami" in several
    assert "/access whoami --check CLUSTER …" in several


def test_check_compares_with_every_cluster_where_none_was_named() -> None:
    """It says where it is the same, and what would be bound elsewhere."""
    dev = Cluster(name="dev", username="oidc:{local}")
    said = answer(a_place(PROD, dev), "", "oidc:Alice")
    assert "so does Daypass on dev." in said
    assert "• prod: `Alice@Example.COM`" in said
    assert "Daypass nowhere does" in answer(a_place(PROD, dev), "", "ops")


def test_check_names_the_nearest_cluster_where_there_is_none() -> None:
    """As every command."""
    with pytest.raises(RefusedError) as caught:
        check_name(CheckName(actor=ALICE, cluster="prdo", said="a"), a_place(PROD).ask)
    assert caught.value.reasons == (UnknownCluster(name="prdo", nearest=("prod",)),)


@pytest.mark.parametrize("said", [ODD, "x" * 500, "Alice@Example.COM" + "\u0430" * 480, "`" * 500])
def test_check_answers_whatever_was_pasted(said: str) -> None:
    """Odd and long names fit Slack's limits, and format, mention and end nothing."""
    many = [Cluster(name=f"c{n}", username=f"{'y' * 200}{{email}}") for n in range(100)]
    for text in (answer(a_place(PROD), "prod", said), answer(a_place(*many), "", said)):
        assert "<@U0BOB>" not in text
    assert "80 more" in answer(a_place(*many), "", said)
    answer(a_place(*many), "", "")
