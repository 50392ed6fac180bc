"""Rights that lead further than they say are named, each by one rule that has it alone."""

import pytest

from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.risk import MEANS, Risk, at_most, risks

CERTIFICATES = "certificates.k8s.io"
RBAC = "rbac.authorization.k8s.io"


def on(resource: str, *verbs: str, group: str = "") -> PolicyRule:
    """Return a rule on one resource."""
    return PolicyRule(verbs=verbs, api_groups=(group,), resources=(resource,))


@pytest.mark.parametrize(
    ("rule", "risk"),
    [
        (on("users", "impersonate"), Risk.IMPERSONATION),
        (on("serviceaccounts", "*"), Risk.IMPERSONATION),
        (on("users", "impersonate:user-info", group="authentication.k8s.io"), Risk.IMPERSONATION),
        (on("pods", "impersonate-on:user-info:get"), Risk.IMPERSONATION),
        (on("clusterroles", "escalate", group=RBAC), Risk.ESCALATION),
        (on("roles", "bind", group=RBAC), Risk.ESCALATION),
        (on("rolebindings", "create", group=RBAC), Risk.ROLES),
        (on("clusterroles", "patch", group="*"), Risk.ROLES),
        (on("nodes/proxy", "get"), Risk.NODES),
        (on("*/proxy", "create"), Risk.NODES),
        (on("users", "*", group="authentication.k8s.io"), Risk.IMPERSONATION),
        (on("secrets", "watch"), Risk.SECRETS),
        (on("secrets", "patch"), Risk.SECRETS),
        (on("secrets", "deletecollection"), Risk.SECRETS),
        (on("services/proxy", "delete"), Risk.NETWORK),
        (on("namespaces/status", "patch"), Risk.NAMESPACES),
        (on("serviceaccounts/token", "create"), Risk.TOKENS),
        (on("secrets", "create"), Risk.TOKENS),
        (
            on("certificatesigningrequests/approval", "update", group=CERTIFICATES),
            Risk.CERTIFICATES,
        ),
        (on("signers", "sign", group=CERTIFICATES), Risk.CERTIFICATES),
        (
            on("mutatingwebhookconfigurations", "patch", group="admissionregistration.k8s.io"),
            Risk.ADMISSION,
        ),
        (on("pods/exec", "create"), Risk.EXEC),
        (on("pods/attach", "get"), Risk.EXEC),
        (on("pods/portforward", "create"), Risk.NETWORK),
        (on("pods", "create"), Risk.WORKLOADS),
        (on("deployments", "update", group="apps"), Risk.WORKLOADS),
        (on("cronjobs", "create", group="batch"), Risk.WORKLOADS),
        (on("pods/ephemeralcontainers", "patch"), Risk.WORKLOADS),
        (on("persistentvolumes", "create"), Risk.VOLUMES),
        (on("namespaces", "patch"), Risk.NAMESPACES),
        (on("customresourcedefinitions", "create", group="apiextensions.k8s.io"), Risk.EXTENSIONS),
        (on("apiservices", "update", group="apiregistration.k8s.io"), Risk.EXTENSIONS),
    ],
)
def test_risk_is_named_when_a_rule_has_it(rule: PolicyRule, risk: Risk) -> None:
    """One rule is enough, and so is one name."""
    assert risk in risks([rule])
    named = PolicyRule(
        verbs=rule.verbs,
        api_groups=rule.api_groups,
        resources=rule.resources,
        resource_names=("a",),
    )
    assert risk in risks([on("pods", "get"), named])


@pytest.mark.parametrize(
    "rule",
    [
        on("pods", "get", "list", "watch"),
        on("pods/log", "get"),
        on("configmaps", "create", "delete"),
        on("secrets", "get", group="example.com"),
        on("serviceaccounts", "create"),
        on("rolebindings", "get", group=RBAC),
        on("pods", "delete"),
        PolicyRule(verbs=("get",), api_groups=(), non_resource_urls=("*",)),
        PolicyRule(verbs=("create",), resources=()),
        PolicyRule(verbs=(), resources=("secrets",)),
    ],
)
def test_nothing_is_named_when_a_rule_leads_nowhere(rule: PolicyRule) -> None:
    """A word that is always there says nothing."""
    assert risks([rule]) == ()


def test_everything_is_named_alone() -> None:
    """Nothing else need be said beside it; of certain names only it is not everything."""
    everything = PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",))
    assert risks([on("secrets", "get"), everything]) == (Risk.EVERYTHING,)
    named = PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",), resource_names=("a",))
    assert Risk.EVERYTHING not in risks([named])
    assert set(risks([named])) == set(Risk) - {Risk.EVERYTHING}


def test_risks_are_named_worst_first() -> None:
    """What is cut from a text is what matters least."""
    assert risks([on("pods", "create"), on("secrets", "get")]) == (Risk.SECRETS, Risk.WORKLOADS)


def test_every_risk_has_its_words() -> None:
    """Nobody reads a name that is not explained."""
    assert set(MEANS) == set(Risk)


def test_at_most_names_what_words_could_make_together() -> None:
    """Of rules that are too many to be gone into none hides what another one says."""
    rules = [on("a", "get"), on("secrets", "b"), on("pods", "impersonate:user-info")]
    assert at_most(iter(rules)) == (Risk.IMPERSONATION, Risk.SECRETS)
    assert at_most([*rules, on("*", "*", group="*")]) == (Risk.EVERYTHING,)
    assert at_most([on("pods", "list")]) == ()
