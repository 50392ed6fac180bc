"""What rules add up to: every piece is allowed by them, and no piece is left out."""

from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given

from daypass.domain.rbac import PolicyRule, allows
from daypass.domain.rbac.reach import MOST, NOWHERE, Permission, Reach, by_resource, reach
from daypass.domain.review import Question
from tests.rbac import questions, rules

PODS = PolicyRule(verbs=("get", "list"), resources=("pods",))
LOGS = PolicyRule(verbs=("get",), resources=("pods/log",))
ALL = PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",))
HEALTH = PolicyRule(verbs=("get",), api_groups=(), non_resource_urls=("/healthz", "/healthz/*"))


def can(verb: str, resource: str, **fields: str) -> Permission:
    """Return a piece."""
    return Permission(verb=verb, resource=resource, **fields)


def asked(question: Question) -> Permission:
    """Return the piece that a question is about."""
    if question.path:
        return Permission(verb=question.verb, path=question.path)
    place = f"/{question.subresource}" if question.subresource else ""
    return Permission(
        group=question.group,
        resource=f"{question.resource}{place}",
        verb=question.verb,
        name=question.name,
    )


@given(rules(cluster=True), questions(("one",)))
def test_reach_covers_exactly_what_one_of_its_rules_allows(
    given_rules: tuple[PolicyRule, ...], question: Question
) -> None:
    """Cut into pieces and put together again, rules say what they said."""
    allowed = any(allows(rule, question) for rule in given_rules)
    assert reach(given_rules).covers(asked(question)) is allowed


@given(rules(cluster=True), rules(cluster=True), questions(("one",)))
def test_difference_is_what_is_new(
    wanted: tuple[PolicyRule, ...], held: tuple[PolicyRule, ...], question: Question
) -> None:
    """What is wanted is allowed by the difference or by what was there, and nothing else is."""
    rest = reach(wanted) - reach(held)
    piece = asked(question)
    both = rest.covers(piece) or reach(held).covers(piece)
    assert both is (reach(wanted).covers(piece) or reach(held).covers(piece))


@given(rules(cluster=True))
def test_difference_to_the_same_is_nothing(given_rules: tuple[PolicyRule, ...]) -> None:
    """Whoever has it all is given nothing."""
    there = reach(given_rules)
    assert there - there == NOWHERE


@pytest.mark.parametrize(
    ("given_rules", "kept"),
    [
        pytest.param([PODS, ALL], {can("*", "*", group="*")}, id="everything covers the rest"),
        pytest.param([PODS, PODS], {can("get", "pods"), can("list", "pods")}, id="said twice"),
        pytest.param(
            [LOGS, PolicyRule(verbs=("get",), resources=("*/log",))],
            {can("get", "*/log")},
            id="a star for the resource",
        ),
        pytest.param(
            [PODS, PolicyRule(verbs=("get",), resources=("pods",), resource_names=("a",))],
            {can("get", "pods"), can("list", "pods")},
            id="one of all",
        ),
        pytest.param(
            [PolicyRule(verbs=("get",), api_groups=(), non_resource_urls=("/healthz*", "/a"))],
            {Permission(verb="get", path="/healthz*"), Permission(verb="get", path="/a")},
            id="paths",
        ),
        pytest.param(
            [HEALTH, PolicyRule(verbs=("*",), api_groups=(), non_resource_urls=("*",))],
            {Permission(verb="*", path="*")},
            id="every path",
        ),
    ],
)
def test_reach_leaves_out_what_a_wider_piece_covers(
    given_rules: list[PolicyRule], kept: set[Permission]
) -> None:
    """Nobody reads the same twice."""
    assert reach(given_rules) == Reach(permissions=frozenset(kept))


def test_reach_says_that_there_is_more_when_words_multiply() -> None:
    """Whoever may write a role may make billions of pieces out of a few thousand words."""
    words = tuple(f"w{number}" for number in range(1000))
    huge = PolicyRule(verbs=words, api_groups=words, resources=words, resource_names=words)
    there = reach([huge])
    assert there.more
    assert len(there.permissions) == MOST
    assert (there - NOWHERE).more


def test_what_is_said_again_and_again_hides_nothing_after_it() -> None:
    """Words that stand in a rule twice, or rules that say the same, use up no room of others."""
    again = PolicyRule(verbs=("get",) * 100, api_groups=("",) * 100, resources=("pods",) * 100)
    last = PolicyRule(verbs=("delete",), resources=("services",))
    both = Reach(permissions=frozenset({can("get", "pods"), can("delete", "services")}))
    assert reach([again, last]) == both
    words = tuple(f"w{number}" for number in range(40))
    same = PolicyRule(verbs=words, resources=words)
    assert reach([*[same] * 70, last]).more


def test_thousands_of_paths_are_told_apart_without_comparing_each_with_each() -> None:
    """It took half a minute for a card; stars at the end of a path are one."""
    words = tuple(f"w{number}" for number in range(70))
    paths = PolicyRule(verbs=words, api_groups=(), non_resource_urls=tuple(f"/{w}" for w in words))
    stars = replace(paths, verbs=("*",), non_resource_urls=("/w1**", "/w2*"))
    began = process_time()
    rest = reach([paths]) - reach([stars])
    assert process_time() - began < 5
    assert {one.path[:3] for one in rest.permissions} == {"/w0", *(f"/w{n}" for n in range(3, 10))}


def test_by_resource_gathers_verbs_and_leaves_paths_aside() -> None:
    """A person reads a resource once, with all that may be done to it."""
    assert by_resource(reach([LOGS, PODS, HEALTH])) == {
        ("", "pods", ""): ("get", "list"),
        ("", "pods/log", ""): ("get",),
    }
