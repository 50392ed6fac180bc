"""Every boundary has a name: a call that changes something outside cannot be added without one."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from daypass import usecases
from tests.failpoints.points import BOUNDARIES

_CHANGING: Final = {
    "agenda": {"claim", "claim_shares", "finish", "postpone"},
    "store": {"commit", "record", "keep_seen", "keep_receipt", "once"},
    "cluster": {"create", "delete", "annotate", "keep_watermark"},
    "chat": {"send", "edit"},
}
"""The methods of the ports that change something others see."""
_KILLED: Final = (
    "adjust",
    "adopt",
    "begin",
    "epochs",
    "expire",
    "hold_freeze",
    "notify",
    "offboarded",
    "over",
    "provision",
    "recheck",
    "reconcile",
    "remove",
    "revoke",
    "settle",
    "strays",
    "together",
)
"""The use cases of workers between whose record, act and confirm somebody may die."""
_UNNAMED: Final = {
    ("provision._tell", "store.commit"): "says why it waits, and changes nothing else",
    ("provision._remember", "store.commit"): "adds uids of what is known by name as well",
    ("adopt._given_up", "store.commit"): "as undo.given_up",
    (
        "hold_freeze.hold_freeze",
        "store.commit",
    ): "the next look does it again, and the newer freeze counts",
    (
        "together.commit_together",
        "store.commit",
    ): "as provision.started and provision.granted, of what did not go with others",
    ("remove._leftover", "cluster.delete"): "as revoke.delete, of what no name is stored",
    ("revoke._tell", "store.commit"): "says what keeps an object, and changes nothing else",
    ("over.write_leaving", "store.commit"): "each try of an end says it again, until it is over",
    ("strays._delete", "store.record"): "says that it is gone; that it had to go is in the trail",
    ("recheck._announce_late", "store.record"): "as reconcile.record",
    ("strays._announced_crowd", "store.record"): "as reconcile.record, of many at once",
    ("strays._count_gone", "store.record"): "as strays._delete, of many at once",
}
"""Calls without a failpoint of their own, and why none is needed."""


def _calls() -> Iterator[tuple[str, str]]:
    """Every changing call of a port: in which function, and what."""
    folder = Path(str(usecases.__file__)).parent
    for name in _KILLED:
        (source,) = folder.glob(f"*/{name}.py")
        tree = ast.parse(source.read_text(encoding="utf-8"))
        for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
            for call in _ports_calls(function):
                yield f"{name}.{function.name}", call


def _ports_calls(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        match node:
            case ast.Attribute(
                attr=method, value=ast.Attribute(attr=port, value=ast.Name(id="ports"))
            ) if method in _CHANGING.get(port, ()):
                yield f"{port}.{method}"
            case _:
                pass


_CALLS: Final = sorted(set(_calls()))


@pytest.mark.parametrize("call", _CALLS, ids=" ".join)
def test_has_a_name_when_something_outside_is_changed(call: tuple[str, str]) -> None:
    """Between record, act and confirm nobody dies at a place that no test knows."""
    function, what = call
    named = {(place, f"{one.port}.{one.method}") for one in BOUNDARIES for place in one.within}
    missing = f"{function} calls {what}: give it a name in tests/failpoints/points.py"
    assert call in named or call in _UNNAMED, missing


def test_excuses_only_calls_that_are_there() -> None:
    """What is excused is done somewhere: an excuse does not outlive its call."""
    assert set(_UNNAMED) <= set(_CALLS)


def test_names_each_boundary_once() -> None:
    """A name means one place."""
    names = [one.name for one in BOUNDARIES]
    assert len(names) == len(set(names))
