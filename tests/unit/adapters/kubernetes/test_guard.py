"""The guard as it is printed; what it does is shown on a real API server (integration)."""

import re
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daypass.adapters.kubernetes.guard import guard
from daypass.adapters.kubernetes.guard_rules import REQUEST
from daypass.adapters.kubernetes.guard_words import pattern, text
from daypass.domain.catalog import Selector
from daypass.domain.grant import MANAGED_BY
from daypass.domain.ids import RANDOM_BITS, request_id
from daypass.domain.roles import RoleRef
from tests.builders import a_catalog, a_level

NAMES = st.text("abz019-", min_size=1, max_size=6)
GLOBS = st.text("abz019*?[]!-", min_size=1, max_size=8)


def policy(**fields: Any) -> dict[str, Any]:
    """Return the policy for one level."""
    level = a_level(**fields)
    [made, _] = guard(a_catalog(levels=(level,)), "prod")
    return made


def role_rule(made: dict[str, Any]) -> str:
    """Return the expression about roles."""
    [rule] = [one for one in made["spec"]["validations"] if "offers this role" in one["message"]]
    return str(rule["expression"])


@given(glob=GLOBS, name=NAMES)
@example(glob="[]", name="a")
@example(glob="[z-a]", name="a")
@example(glob="[!a]*", name="b1")
@example(glob="[--a]", name="-")
def test_pattern_matches_what_the_glob_does(glob: str, name: str) -> None:
    """The guard offers a namespace where the catalog does, and nowhere else."""
    assert bool(re.search(pattern(glob), name)) == fnmatchcase(name, glob)


@given(glob=GLOBS)
def test_pattern_is_plain_enough_for_every_reader(glob: str) -> None:
    """RE2 has no lookaround, no possessive and no set operations: none is written."""
    left = re.sub(r"\[\^?[a-z0-9]*-?\]|\.\*|[a-z0-9-]", "", pattern(glob)[1:-1])
    assert left == ""


@pytest.mark.parametrize("value", ["plain", "it's", 'a "b"', "back\\slash", "two\nlines", "é"])
def test_text_stays_one_word(value: str) -> None:
    """Whatever a name holds, it ends where it should."""
    written = text(value)
    assert re.fullmatch(r"'(?:[^'\\\n]|\\.)*'", written)


def test_text_has_no_surrogates() -> None:
    """CEL has none: a policy with a pair of them is refused as a whole, and nothing guards."""
    assert text("rôle-😀'") == r"'r\u00f4le-\U0001f600\''"


@given(st.integers(0, 2**RANDOM_BITS - 1))
def test_knows_every_id_that_a_request_can_have(random: int) -> None:
    """Names of our objects are told by them."""
    assert re.fullmatch(REQUEST, request_id(random))


def test_offers_nothing_when_no_level_is_there() -> None:
    """A cluster that is offered nothing lets nothing be granted."""
    assert role_rule(policy(clusters=Selector(names=("dev",)))).endswith("false)")


def test_offers_role_in_its_place_only() -> None:
    """Namespaces by name, by glob, or none at all."""
    view = RoleRef(name="view")
    fixed = role_rule(policy(role=view, namespaces=("payments",)))
    assert "variables.place == 'payments' && variables.role in ['ClusterRole/view']" in fixed
    chosen = role_rule(policy(role=view, namespaces=(), choose=("team-*",)))
    assert "variables.place.matches('^team-.*$')" in chosen
    wide = role_rule(policy(role=view, namespaces=(), cluster_wide=True))
    assert "variables.place == '' && variables.role in ['ClusterRole/view']" in wide


def test_denies_and_fails_closed() -> None:
    """A rule that cannot be worked out is a no; nothing only warns."""
    [made, binding] = guard(a_catalog(), "prod")
    assert made["spec"]["failurePolicy"] == "Fail"
    assert binding["spec"] == {"policyName": "daypass-guard-main", "validationActions": ["Deny"]}
    assert made["metadata"]["name"] == "daypass-guard-main"
    assert MANAGED_BY not in made["metadata"]["labels"]


def test_says_in_a_sentence_what_is_wrong() -> None:
    """Whoever is refused reads why, and what would be right."""
    for one in policy()["spec"]["validations"]:
        assert re.fullmatch(r"[A-Z].*[.]", one["message"])
        assert one["reason"] in ("Forbidden", "Invalid")
