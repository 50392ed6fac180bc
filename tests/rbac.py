"""Random roles, bindings and questions, with words that meet each other often enough."""

from dataclasses import dataclass

from hypothesis import strategies as st

from daypass.domain.grant import Subject
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.bindings import Binding
from daypass.domain.review import Question
from daypass.domain.roles import RoleKind, RoleRef

VERBS = ("get", "list", "create", "delete", "bind", "impersonate", "*")
GROUPS = ("", "apps", "example.com", "*")
RESOURCES = (
    "pods",
    "secrets",
    "pods/log",
    "pods/exec",
    "*/log",
    "*/scale",
    "deployments/scale",
    "*",
)
NAMES = ("a", "b", "A", "a:b")
PATHS = ("/metrics", "/healthz", "/healthz/*", "/healthz*", "/*", "*", "/a/b**")
ROLES = ("eval-r", "eval-s")
USERS = ("eval-alice", "Eval-Alice", "eval@example.com")
"""Nobody else is called so, where other tests have bindings of their own."""
TEAMS = ("eval-dev", "Eval-Dev")
ASKED_PATHS = ("/metrics", "/healthz", "/healthz/etcd", "/", "/a/bc", "/other")


def some(words: tuple[str, ...], least: int = 1) -> st.SearchStrategy[tuple[str, ...]]:
    """Return up to three of the words."""
    return st.lists(st.sampled_from(words), min_size=least, max_size=3).map(tuple)


on_resources = st.builds(
    PolicyRule,
    verbs=some(VERBS),
    api_groups=some(GROUPS),
    resources=some(RESOURCES),
    resource_names=some(NAMES, least=0),
)
on_paths = st.builds(
    PolicyRule, verbs=some(VERBS), api_groups=st.just(()), non_resource_urls=some(PATHS)
)


def rules(*, cluster: bool) -> st.SearchStrategy[tuple[PolicyRule, ...]]:
    """Return the rules of a role; only one of the whole cluster may name paths."""
    one = st.one_of(on_resources, on_paths) if cluster else on_resources
    return st.lists(one, max_size=4).map(tuple)


def account(namespace: str) -> str:
    """Return the user that a ServiceAccount is."""
    return f"system:serviceaccount:{namespace}:robot"


def questions(namespaces: tuple[str, ...]) -> st.SearchStrategy[Question]:
    """Return what somebody might ask in one of the namespaces, or of the whole cluster."""
    asker = {
        "user": st.sampled_from((*USERS, *(account(place) for place in namespaces))),
        "groups": st.lists(st.sampled_from(TEAMS), unique=True, max_size=2).map(tuple),
        "verb": st.sampled_from([verb for verb in VERBS if verb != "*"]),
    }
    about = st.builds(
        Question,
        **asker,
        group=st.sampled_from(GROUPS[:3]),
        resource=st.sampled_from(("pods", "secrets", "deployments")),
        subresource=st.sampled_from(("", "log", "exec", "scale")),
        name=st.sampled_from(("", *NAMES)),
        namespace=st.sampled_from(("", *namespaces)),
    )
    return st.one_of(about, st.builds(Question, **asker, path=st.sampled_from(ASKED_PATHS)))


def subjects(namespaces: tuple[str, ...]) -> st.SearchStrategy[tuple[Subject, ...]]:
    """Return whom a binding names."""
    one = st.one_of(
        st.builds(Subject, name=st.sampled_from(USERS)),
        st.builds(Subject, kind=st.just("Group"), name=st.sampled_from(TEAMS)),
        st.builds(
            Subject,
            kind=st.just("ServiceAccount"),
            name=st.sampled_from([f"{place}/robot" for place in namespaces]),
        ),
    )
    return st.lists(one, max_size=3).map(tuple)


@dataclass(frozen=True, kw_only=True)
class World:
    """Roles by their key, and bindings."""

    roles: dict[str, tuple[PolicyRule, ...]]
    bindings: tuple[Binding, ...]


@st.composite
def worlds(draw: st.DrawFn, namespaces: tuple[str, ...] = ("one", "two")) -> World:
    """Return a few roles, and bindings to them, to others and to none."""
    roles = {f"ClusterRole/{name}": draw(rules(cluster=True)) for name in ROLES}
    for place in namespaces:
        roles[f"Role/{place}/{ROLES[0]}"] = draw(rules(cluster=False))
    whole = st.builds(
        Binding,
        name=st.uuids().map(str),
        role=st.builds(RoleRef, name=st.sampled_from((*ROLES, "eval-missing"))),
        subjects=subjects(namespaces),
    )
    within = st.builds(
        Binding,
        name=st.uuids().map(str),
        namespace=st.sampled_from(namespaces),
        role=st.builds(
            RoleRef, name=st.sampled_from((*ROLES, "eval-missing")), kind=st.sampled_from(RoleKind)
        ),
        subjects=subjects(namespaces),
    )
    return World(roles=roles, bindings=tuple(draw(st.lists(st.one_of(whole, within), max_size=5))))
