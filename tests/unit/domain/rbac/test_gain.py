"""What a level would add to what somebody may do already, and in which words it is said."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daypass.domain.grant import Subject
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.bindings import Binding, because
from daypass.domain.rbac.gain import PLACES, Gain, bound_already, gain
from daypass.domain.rbac.levels import Access
from daypass.domain.rbac.reach import MOST, Permission
from daypass.domain.rbac.telling import lines
from daypass.domain.review import EVERYBODY, Question
from daypass.domain.roles import RoleKind, RoleRef
from tests.rbac import World, questions, worlds

ME = Subject(name="eval-alice")
SPACES = ("one", "two")


def bound(role: str, namespace: str = "", kind: RoleKind = RoleKind.CLUSTER_ROLE) -> Binding:
    ref = RoleRef(name=role, kind=kind)
    return Binding(name="b", namespace=namespace, role=ref, subjects=(ME,))


def on(resource: str, *verbs: str, group: str = "", names: tuple[str, ...] = ()) -> PolicyRule:
    return PolicyRule(verbs=verbs, api_groups=(group,), resources=(resource,), resource_names=names)


def there(**roles: tuple[PolicyRule, ...]) -> Access:
    return Access(roles={f"ClusterRole/{name}": rules for name, rules in roles.items()})


def said(found: Gain) -> list[str]:
    return [f"{one.done} {one.about} in {','.join(one.namespaces)}" for one in lines(found)]


def covers(found: Gain, question: Question) -> bool:
    part = f"/{question.subresource}" if question.subresource else ""
    piece = Permission(
        group=question.group, resource=f"{question.resource}{part}", verb=question.verb,
        name=question.name,
    )  # fmt: skip
    if question.path:
        piece = Permission(verb=question.verb, path=question.path)
    return any(
        one.reach.covers(piece)
        for one in found.parts
        if "" in one.namespaces or question.namespace in one.namespaces
    )


@given(worlds(SPACES), st.integers(0, 5), questions(SPACES))
def test_gain_is_what_is_wanted_less_what_is_there(
    world: World, cut: int, question: Question
) -> None:
    """Nothing is called new that is there, and nothing that would be new is left out."""
    every = [replace(one, subjects=(ME,)) for one in world.bindings]
    wanted, had = every[:cut], every[cut:]
    found = gain(wanted, had, Access(roles=world.roles))
    mine = replace(question, user=ME.name)
    before = because(mine, had, world.roles) is not None
    after = before or because(mine, wanted, world.roles) is not None
    assert (before or covers(found, question)) is after


@given(worlds(SPACES))
def test_whoever_has_it_all_gains_nothing(world: World) -> None:
    """Whatever it is."""
    assert gain(world.bindings, world.bindings, Access(roles=world.roles)).parts == ()


def test_what_holds_everywhere_is_not_new_in_a_namespace() -> None:
    """But what holds in a namespace is new everywhere, and elsewhere."""
    known = there(view=(on("pods", "get"),), edit=(on("pods", "get", "delete"),))
    assert said(gain([bound("edit", "one")], [bound("view")], known)) == ["delete pods in one"]
    assert said(gain([bound("edit")], [bound("edit", "one")], known)) == [
        "delete and read pods in "
    ]
    wide = [bound("view"), bound("edit", "one")]
    assert said(gain(wide, [], known)) == ["delete pods in one", "read pods in "]


def test_namespaces_that_gain_the_same_stand_together() -> None:
    """Also where they gain it by roles of their own."""
    roles = {f"Role/{name}/r": (on("pods", "get"),) for name in "ab"}
    both = [bound("r", name, RoleKind.ROLE) for name in "ab"]
    assert said(gain(both, [], Access(roles=roles))) == ["read pods in a,b"]


def test_in_a_namespace_counts_only_what_is_in_one() -> None:
    """Nodes and paths are nobody's by a RoleBinding; the namespace itself is."""
    rules = (
        on("nodes/proxy", "get"), on("namespaces", "get"), on("nodes", "get", group="example.com"),
        PolicyRule(verbs=("get",), api_groups=(), non_resource_urls=("/metrics",)),
    )  # fmt: skip
    assert said(gain([bound("all", "a")], [], there(all=rules))) == [
        "read namespaces in a",
        "read nodes.example.com in a",
    ]
    assert said(gain([bound("all")], [], there(all=rules)))[0] == "read nodes/proxy in "
    assert "read /metrics in " in said(gain([bound("all")], [], there(all=rules)))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (on("pods", "get", "list", "watch"), "read pods"),
        (on("pods", "create", "update", "patch", "deletecollection"), "write and delete pods"),
        (on("pods", "create", "patch", "get"), "create, patch and read pods"),
        (on("pods/exec", "create"), "create pods/exec"),
        (on("deployments", "*", "get", group="apps"), "do anything with deployments.apps"),
        (on("*", "*", group="*"), "do anything with everything"),
        (on("*", "get"), "read everything of core"),
        (on("*", "get", group="apps"), "read everything of apps"),
        (on("*/scale", "patch", group="*"), "patch scale of everything"),
        (on("*/scale", "patch", group="apps"), "patch scale of everything of apps"),
        (on("secrets", "get", names=("db",)), "read secrets named db"),
        (on("pods", "a", "get", "bind", "delete"), "bind, delete, read and a pods"),
        (on("pods", f"{'a' * 61}"), "1 other verb pods"),
        (on("pods", *(f"a{n:03}" for n in range(99)), "delete"), "delete and 99 other verbs pods"),
    ],
)
def test_words(rule: PolicyRule, words: str) -> None:
    """Short ones; which verbs exactly stands behind the button."""
    (line,) = lines(gain([bound("r")], [], there(r=(rule,))))
    assert f"{line.done} {line.about}" == words


def test_what_tells_most_comes_first() -> None:
    """What leads furthest, then what changes something, then what is for all names."""
    rules = (
        on("configmaps", "get"), on("pods", "delete"), on("secrets", "get"), on("pods/exec", "get"),
        on("events", "get", names=("a",)),
    )  # fmt: skip
    found = lines(gain([bound("r")], [], there(r=rules)))
    assert [one.rule.resources[0] for one in found] == [
        "secrets", "pods/exec", "pods", "configmaps", "events",
    ]  # fmt: skip


def test_what_is_not_known_is_not_called_nothing() -> None:
    """A role that is missing or of which a part was left out, bindings that nobody may list."""
    known = there(r=(on("pods", "get"),))
    wanted = [bound("r")]
    assert gain(wanted, wanted, known).nothing
    assert not gain(wanted, wanted, replace(known, short=frozenset({"ClusterRole/r"}))).nothing
    assert not gain(wanted, wanted, replace(known, unseen=True)).nothing
    assert not gain([bound("other")], [], known).nothing
    assert not gain([], [], known).nothing


def test_what_is_too_much_is_counted() -> None:
    """A group bound in thousands of namespaces, a role with more than anybody reads."""
    known = there(r=(on("pods", "get"),))
    many = gain([bound("r", f"n{n:04}") for n in range(PLACES + 3)], [], known)
    assert (len(many.parts[0].namespaces), many.unlooked) == (PLACES, 3)
    names = tuple(f"n{n}" for n in range(MOST + 1))
    huge = there(r=(on("pods", "get", names=names),))
    assert gain([bound("r")], [], huge).parts[0].reach.more


def test_bound_already_is_by_name_or_by_signing_in() -> None:
    """A group of the same name is nobody's, nor is an account in other letters."""
    everybody = Subject(name=EVERYBODY, kind="Group")
    subjects = [ME, everybody, Subject(name=ME.name, kind="Group"), Subject(name="Eval-Alice")]
    every = [replace(bound("r"), name=str(n), subjects=(s,)) for n, s in enumerate(subjects)]
    assert [one.name for one in bound_already(ME.name, every)] == ["0", "1"]
