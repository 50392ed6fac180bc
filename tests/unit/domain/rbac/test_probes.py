"""Which review proves a binding: one that its role makes true, the most telling there is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daypass.domain.grant import GrantObject, Subject
from daypass.domain.lease import ObjectRef
from daypass.domain.rbac import PolicyRule, allows, probes
from daypass.domain.roles import RoleRef

READ = PolicyRule(verbs=("get", "list"), resources=("pods",))
WRITE = PolicyRule(verbs=("get", "create"), api_groups=("apps",), resources=("deployments",))
SELF = PolicyRule(
    verbs=("create",),
    api_groups=("authorization.k8s.io",),
    resources=("selfsubjectaccessreviews",),
)
PATH = PolicyRule(verbs=("get",), api_groups=(), non_resource_urls=("/healthz/*",))


def a_binding(namespace: str = "payments", **subject: str) -> GrantObject:
    """Return a planned object; without a namespace a ClusterRoleBinding."""
    kind = "RoleBinding" if namespace else "ClusterRoleBinding"
    return GrantObject(
        ref=ObjectRef(kind=kind, namespace=namespace, name="daypass-x"),
        role=RoleRef(name="r"),
        subjects=(Subject(**{"name": "alice", **subject}),),
    )


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        pytest.param(READ, "list  pods", id="plain"),
        pytest.param(WRITE, "create apps deployments", id="a change before reading"),
        pytest.param(
            PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",)),
            "delete  pods",
            id="no star where a concrete word will do",
        ),
        pytest.param(
            PolicyRule(verbs=("get",), api_groups=("example.com",), resources=("*",)),
            "get example.com *",
            id="star in a group of which nothing is known",
        ),
        pytest.param(
            PolicyRule(verbs=("get",), resources=("pods/log",)), "get  pods/log", id="subresource"
        ),
        pytest.param(
            PolicyRule(verbs=("update",), api_groups=("apps",), resources=("*/scale",)),
            "update apps deployments/scale",
            id="subresource of everything",
        ),
        pytest.param(
            PolicyRule(verbs=("get",), resources=("secrets",), resource_names=("a", "b")),
            "get  secrets a",
            id="resource name",
        ),
    ],
)
def test_asks_in_concrete_words_when_rule_is_of_resources(rule: PolicyRule, asked: str) -> None:
    """Verb, group, resource, subresource and name are taken from the rule itself."""
    [question] = probes(a_binding(), [rule])
    resource = question.resource + (f"/{question.subresource}" if question.subresource else "")
    said = f"{question.verb} {question.group} {resource} {question.name}".rstrip()
    assert said == asked
    assert question.namespace == "payments"


def test_asks_for_change_when_any_rule_allows_one() -> None:
    """What a person may do anyway is mostly reading."""
    [question] = probes(a_binding(), [READ, WRITE])
    assert question.verb == "create"


def test_skips_what_everybody_may_when_there_is_more() -> None:
    """A yes to what every account may says nothing."""
    [question] = probes(a_binding(""), [PATH, SELF, READ])
    assert question.resource == "pods"


def test_asks_what_everybody_may_when_there_is_nothing_else() -> None:
    """A weak question is better than none; the reason still has to name our object."""
    [question] = probes(a_binding(""), [SELF])
    assert question.resource == "selfsubjectaccessreviews"


@pytest.mark.parametrize(("url", "path"), [("/healthz/*", "/healthz/"), ("*", "/"), ("/x", "/x")])
def test_asks_for_path_when_rule_is_of_urls(url: str, path: str) -> None:
    """A rule of URLs is asked by a path that it covers."""
    rule = PolicyRule(verbs=("*",), api_groups=(), non_resource_urls=(url,))
    [question] = probes(a_binding(""), [rule])
    assert (question.path, question.verb) == (path, "get")


@pytest.mark.parametrize(
    "rules",
    [(), (PolicyRule(verbs=(), resources=("pods",)),), (PATH,), (PolicyRule(verbs=("get",)),)],
    ids=["no rules", "no verbs", "URLs in a namespace", "no resources"],
)
def test_asks_nothing_when_role_allows_nothing_there(rules: tuple[PolicyRule, ...]) -> None:
    """What cannot be proven is not asked."""
    assert probes(a_binding(), rules) == ()


FIELDS = ("verbs", "api_groups", "resources", "resource_names", "non_resource_urls")
ODD = ("x\necho y", "x\u2028y", "--server=http://elsewhere", "a b", "a`b", "a;b", "$(a)", "'", "ä")


@pytest.mark.parametrize("word", ODD)
@pytest.mark.parametrize("field", FIELDS)
def test_word_that_is_not_plain_proves_nothing(field: str, word: str) -> None:
    """Who holds the role is shown what was proven, to copy it; another rule proves as well."""
    urls = field == "non_resource_urls"
    bare = PATH if urls else PolicyRule(verbs=("create",), resources=("pods",))
    odd = replace(bare, **{field: (word,)})
    assert probes(a_binding("" if urls else "payments"), [odd]) == ()
    [question] = probes(a_binding(), [odd, READ])
    assert question.verb == "list"


def test_names_that_people_and_groups_have_are_plain() -> None:
    """A role to act as somebody names them."""
    names = ("alice+x@example.com", "oidc:sre_team", "daypass:on-call", "system:serviceaccount:a:b")
    for name in names:
        acting = PolicyRule(verbs=("impersonate",), resources=("users",), resource_names=(name,))
        [question] = probes(a_binding(""), [acting])
        assert question.name == name


def test_asks_nothing_when_nobody_is_bound() -> None:
    """A binding without subjects gives nobody anything."""
    nobody = GrantObject(ref=a_binding().ref, role=RoleRef(name="r"), subjects=())
    assert probes(nobody, [READ]) == ()


def test_asks_as_member_when_group_is_bound() -> None:
    """For a group the question is what its members may do."""
    [question] = probes(a_binding(kind="Group", name="sre"), [READ])
    assert (question.user, question.groups) == ("", ("sre", "system:authenticated"))


_words = st.lists(st.sampled_from(["get", "list", "create", "*"]), min_size=1, max_size=3)
_rules = st.builds(
    PolicyRule,
    verbs=_words.map(tuple),
    api_groups=st.sampled_from([("",), ("apps",), ("*",), ("example.com", "")]),
    resources=st.sampled_from([("pods",), ("*",), ("pods/log",), ("*/scale",), ()]),
    resource_names=st.sampled_from([(), ("a",)]),
    non_resource_urls=st.sampled_from([(), ("/healthz/*",), ("*",)]),
)


@given(rules=st.lists(_rules, max_size=5), namespace=st.sampled_from(["", "payments"]))
def test_is_true_by_the_role_when_asked(rules: list[PolicyRule], namespace: str) -> None:
    """Whatever is asked, a rule of the role allows it."""
    for question in probes(a_binding(namespace), rules):
        assert any(allows(rule, question) for rule in rules)
