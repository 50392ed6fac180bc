"""Finding things in a picture."""

from collections import UserDict
from collections.abc import ItemsView

import pytest

from daypass.domain.grant import Subject
from daypass.domain.picture import Entry, Kind
from daypass.domain.search import BOUND, ORDER, Query, counted, find, kinds_meant, page
from tests.drawing import ALICE_THERE, a_binding, a_namespace, a_role, a_rule, group

CI = Entry(kind=Kind.SERVICE_ACCOUNT, namespace="ops", name="ci", labels={"team": "build"})
ALL = (
    a_role("view", a_rule("get", of="configmaps"), annotations={"why": "reading"}),
    a_role("viewers", namespace="payments"),
    a_role("preview"),
    a_binding("readers", "view", ALICE_THERE, group("devs"), namespace="payments"),
    a_binding("wide", "view", Subject(name="ops/ci", kind="ServiceAccount")),
    a_namespace("payments"),
    CI,
    Entry(kind=Kind.SERVICE_ACCOUNT, namespace="ops", name="cd"),
)


def names(*words: str, kinds: str = "", namespaces: tuple[str, ...] = ()) -> list[str]:
    query = Query(words=words, kinds=kinds_meant(kinds), namespaces=namespaces)
    return [f"{one.kind} {one.name}" for one in find(ALL, query)]


def test_find_lists_everything_by_kind_where_nothing_is_looked_for() -> None:
    """Subjects first: an account that is bound is one thing, not two."""
    assert names() == [
        "User alice@example.com", "Group devs", "ServiceAccount cd", "ServiceAccount ci",
        "Role viewers", "ClusterRole preview", "ClusterRole view", "RoleBinding readers",
        "ClusterRoleBinding wide", "Namespace payments",
    ]  # fmt: skip
    assert counted(find(ALL, Query()))["ServiceAccount"] == 2


def test_find_puts_the_name_first_then_its_beginning_then_a_part_then_the_rest() -> None:
    """What is called like that is what is mostly meant."""
    assert names("VIEW") == [
        "ClusterRole view", "Role viewers", "ClusterRole preview", "User alice@example.com",
        "Group devs", "ServiceAccount ci", "RoleBinding readers", "ClusterRoleBinding wide",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("configmaps",), ["ClusterRole view"]),
        (("team=build",), ["ServiceAccount ci"]),
        (("why=reading",), ["ClusterRole view"]),
        (("ops/ci",), ["ServiceAccount ci", "ClusterRoleBinding wide"]),
        (("alice", "payments"), ["User alice@example.com", "RoleBinding readers"]),
        (("alice", "nowhere"), []),
    ],
)
def test_find_needs_every_word_somewhere(words: tuple[str, ...], expected: list[str]) -> None:
    """In the name, or in labels, annotations, rules, roles, subjects and places beside it."""
    assert names(*words) == expected


def test_find_keeps_to_kinds_and_namespaces() -> None:
    """A namespace holds what is in it, itself, and whoever is bound there."""
    assert names(kinds="roles") == ["Role viewers", "ClusterRole preview", "ClusterRole view"]
    assert names(namespaces=("payments",)) == [
        "User alice@example.com", "Group devs", "Role viewers", "RoleBinding readers",
        "Namespace payments",
    ]  # fmt: skip
    assert names(kinds="ns", namespaces=("ops",)) == []


def test_find_gives_a_subject_what_binds_it_and_what_it_is() -> None:
    """A service account's labels stand with its bindings; too many of those are counted."""
    (account,) = find(ALL, Query(words=("ops/ci",), kinds=("ServiceAccount",)))
    assert account.entry == CI
    assert [one.name for one in account.bindings] == ["wide"]
    many = [a_binding(f"b{n}", "view", ALICE_THERE) for n in range(BOUND + 7)]
    (alice,) = find(many, Query(kinds=("User",)))
    assert (len(alice.bindings), alice.more) == (BOUND, 7)


def test_find_passes_over_subjects_of_no_kind_and_doubles() -> None:
    """A forged picture makes nothing of its own, and what comes twice is one."""
    odd = a_binding("odd", "view", Subject(name="x", kind="Robot"), ALICE_THERE, ALICE_THERE)
    found = find([odd, odd], Query())
    assert [one.kind for one in found] == ["User", "ClusterRoleBinding"]
    assert len(found[0].bindings) == 1


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Role", ("Role", "ClusterRole")),
        ("clusterroles", ("ClusterRole",)),
        ("cluster-role-bindings", ("ClusterRoleBinding",)),
        ("SA", ("ServiceAccount",)),
        ("users", ("User",)),
        ("subject", ("User", "Group", "ServiceAccount")),
        ("bindings", ("RoleBinding", "ClusterRoleBinding")),
        ("pod", ()),
        ("", ()),
    ],
)
def test_kinds_are_meant_in_whatever_letters(said: str, meant: tuple[str, ...]) -> None:
    """As kubectl takes them."""
    assert kinds_meant(said) == meant
    assert set(meant) <= set(ORDER)


@pytest.mark.parametrize(
    ("total", "number", "expected"),
    [(0, 1, (1, 1, 0, 0, 0)), (8, 1, (1, 1, 0, 8, 0)), (9, 1, (1, 2, 0, 8, 1)),
     (9, 2, (2, 2, 8, 9, 0)), (9, 77, (2, 2, 8, 9, 0)), (9, -3, (1, 2, 0, 8, 1))],
)  # fmt: skip
def test_page_has_its_part_of_all(
    total: int, number: int, expected: tuple[int, int, int, int, int]
) -> None:
    """Every thing is on one page; past the last there is none."""
    here = page(total, number, 8)
    assert (here.number, here.last, here.start, here.end, here.left) == expected


class Counted(UserDict[str, str]):
    """Annotations that know how often they were gone through."""

    times = 0

    def items(self) -> ItemsView[str, str]:
        """Return them."""
        self.times += 1
        return super().items()


@pytest.mark.parametrize("text", ["nothing", " ".join(map(str, range(2_000)))])
def test_thousands_of_words_go_through_a_thing_once(text: str) -> None:
    """Of tens of thousands of things, for anybody who may look: else the bot stands still."""
    said = [Counted(why=text) for _ in range(50)]
    roles = [a_role(f"r{'x' * n}", annotations=one) for n, one in enumerate(said)]
    words = tuple(map(str, range(2_000)))
    found = find(roles, Query(words=(*words, *words)))
    assert len(found) == (0 if text == "nothing" else 50)
    assert [one.times for one in said] == [1] * 50
