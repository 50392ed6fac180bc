"""What is configured: who is meant, where, and what is never granted."""

from pathlib import Path

import pytest

from daypass.domain.access import ClusterAccess
from daypass.domain.catalog import Cluster, Principal, Selector, matches
from daypass.domain.errors import BrokenInvariantError, ConfigurationError, SettingsError
from daypass.domain.forbidden import forbidden_name, forbidden_namespace, forbidden_role
from daypass.domain.ids import PersonId
from daypass.domain.roles import RoleKind, RoleRef
from daypass.domain.scope import CLUSTER_WIDE, within
from tests.builders import SRE, a_catalog, a_person

PROD = Cluster(name="prod-eu", labels={"env": "prod", "zone": "eu"})


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        (Selector(), True),
        (Selector(labels={"env": "prod"}), True),
        (Selector(labels={"env": "prod", "zone": "us"}), False),
        (Selector(labels={"tier": "1"}), False),
        (Selector(names=("prod-*",)), True),
        (Selector(names=("dev", "prod-eu")), True),
        (Selector(names=("PROD-*",)), False),
        (Selector(labels={"env": "prod"}, names=("dev",)), False),
    ],
)
def test_selector_selects_when_labels_and_names_fit(selector: Selector, *, selected: bool) -> None:
    """A cluster is meant when all labels are equal and one name fits, if any are given."""
    assert selector.selects(PROD) is selected


def test_matches_everything_when_no_globs_are_given() -> None:
    """No globs mean no limit."""
    assert matches("anything", ())


@pytest.mark.parametrize(
    ("principal", "covered"),
    [
        (Principal(team="engineers"), True),
        (SRE, False),
        (Principal(email="alice@example.com"), True),
        (Principal(email="bob@example.com"), False),
    ],
)
def test_principal_covers_by_team_or_email(principal: Principal, *, covered: bool) -> None:
    """A team means its members, an email that one person, however Slack spells it."""
    assert principal.covers(a_person()) is covered
    assert principal.covers(a_person(email="Alice@Example.COM")) is covered
    assert str(principal) in {"team:engineers", "team:sre", principal.email}


def test_cluster_names_people_by_template_or_override() -> None:
    """The username on a cluster follows from the configuration, never from the person."""
    alice = a_person()
    cluster = Cluster(name="prod", username="oidc:{local}", context="{email}@prod")
    overridden = Cluster(name="prod", overrides={PersonId("U0ALICE"): "alice-adm"})
    assert cluster.username_of(alice) == "oidc:alice"
    assert cluster.context_of(alice) == "alice@example.com@prod"
    assert overridden.username_of(alice) == "alice-adm"
    assert overridden.username_of(a_person("bob")) == "bob@example.com"


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{email}", "Bob.Kim@Example.COM"),
        ("{email:lower}", "bob.kim@example.com"),
        ("OIDC:{local}", "OIDC:Bob.Kim"),
        ("OIDC:{local:lower}", "OIDC:bob.kim"),
        ("{local}-{local:lower}", "Bob.Kim-bob.kim"),
        ("dev:{email:session}", "dev:Bob.Kim-Example.COM"),
        ("{email:session:lower}", "bob.kim-example.com"),
    ],
)
def test_cluster_names_people_by_the_letters_that_slack_has_unless_told(
    template: str, name: str
) -> None:
    """To Kubernetes a name in other letters is another user: only a template makes them small."""
    kim = a_person("kim", email="Bob.Kim@Example.COM")
    cluster = Cluster(name="prod", username=template, context=template)
    assert cluster.username_of(kim) == name
    assert cluster.context_of(kim) == name
    overridden = Cluster(name="prod", overrides={kim.id: template})
    assert overridden.username_of(kim) == name


def test_cluster_takes_an_override_by_account_or_by_email() -> None:
    """An email means that person however it is spelled; what is said of the account comes first."""
    kim = a_person("kim", email="Bob.Kim@Example.COM")
    by_email = Cluster(name="prod", overrides={"bob.kim@example.com": "{local}-adm"})
    both = Cluster(name="prod", overrides={kim.id: "kim", "bob.kim@example.com": "other"})
    assert by_email.username_of(kim) == "Bob.Kim-adm"
    assert both.username_of(kim) == "kim"


def test_catalog_finds_the_workflow_by_name() -> None:
    """A workflow that is no longer configured is not found."""
    found = a_catalog().workflow("production")
    assert found is not None
    assert found.name == "production"
    assert a_catalog().workflow("gone") is None


@pytest.mark.parametrize("name", ["", "system:masters", "system:admin", "eks:x", "aws:y"])
def test_forbidden_name_covers_the_system(name: str) -> None:
    """Names of the system and the empty name are never granted."""
    assert forbidden_name(name)
    assert forbidden_role(RoleRef(name=name))


def test_forbidden_role_covers_cluster_admin() -> None:
    """cluster-admin is never bound; an ordinary role may be."""
    assert forbidden_role(RoleRef(name="cluster-admin"))
    assert not forbidden_role(RoleRef(name="view"))


@pytest.mark.parametrize(
    ("namespace", "forbidden"),
    [("kube-system", True), ("kube-public", True), ("daypass", True), ("payments", False)],
)
def test_forbidden_namespace_covers_the_control_plane(namespace: str, *, forbidden: bool) -> None:
    """Nothing is granted in the control plane's namespaces or in ours."""
    assert forbidden_namespace(namespace) is forbidden


def test_scope_reads_as_people_say_it() -> None:
    """A scope names its namespaces once, in order, or the whole cluster."""
    assert str(within("b", "a", "b")) == "in a, b"
    assert str(CLUSTER_WIDE) == "cluster-wide"
    assert CLUSTER_WIDE.cluster_wide
    assert not within("a").cluster_wide
    assert str(RoleRef(name="reader", kind=RoleKind.ROLE)) == "Role/reader"


@pytest.mark.parametrize(
    ("server", "in_cluster", "kubeconfig"),
    [("", False, None), ("https://a", True, None), ("https://a", False, Path("k")),
     ("", True, Path("k"))],
)  # fmt: skip
def test_access_is_refused_unless_there_is_exactly_one_way_in(
    server: str, kubeconfig: Path | None, *, in_cluster: bool
) -> None:
    """A cluster is reached in exactly one way."""
    with pytest.raises(BrokenInvariantError):
        ClusterAccess(server=server, in_cluster=in_cluster, kubeconfig=kubeconfig)
    assert ClusterAccess(server="https://a").context == ""


@pytest.mark.parametrize("kind", [ConfigurationError, SettingsError])
def test_error_carries_every_fault(kind: type[ConfigurationError | SettingsError]) -> None:
    """All faults are told at once."""
    error = kind(["line 1: a", "line 2: b"])
    assert error.faults == ("line 1: a", "line 2: b")
    assert str(error) == "line 1: a\nline 2: b"
