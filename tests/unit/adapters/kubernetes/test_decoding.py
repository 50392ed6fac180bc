"""Answers in JSON that are nested deeper than anybody reads."""

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daypass.adapters.kubernetes import decoding
from daypass.adapters.kubernetes.decoding import decoded

_ANY = st.recursive(
    st.text() | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


def nested(levels: int, inside: str = '"x"') -> bytes:
    """Write objects and lists, one in the other."""
    return ('{"a":[' * levels + inside + "]}" * levels).encode()


def test_reads_the_rest_when_something_is_nested_too_deep() -> None:
    """One object that cannot be read stops nothing else."""
    deep = nested(sys.getrecursionlimit() * 2)
    text = b'{"before": "}]{[\\"\\\\", "deep": %s, "deeper": [%s], "after": [1]}' % (deep, deep)
    found = decoded(text)
    assert found["before"] == '}]{["\\'
    assert found["after"] == [1]
    assert len(json.dumps(found)) < 1_000


@given(_ANY)
def test_leaves_out_nothing_that_is_not_too_deep(value: object) -> None:
    """Whatever strings hold, brackets and quotes in them open and close nothing."""
    text = json.dumps(value).encode()
    assert json.loads(decoding._shallow(text)) == value


def test_leaves_out_what_servers_keep_for_themselves() -> None:
    """`managedFields` are the widest part of an object, and nobody here reads them."""
    said = {"items": [{"metadata": {"name": "a", "managedFields": [{"fieldsV1": {"f:a": {}}}]}}]}
    left = {"items": [{"metadata": {"name": "a"}}]}
    assert decoded(json.dumps(said).encode()) == left
    deep = b'{"metadata": {"name": "a", "managedFields": [%s]}}' % nested(sys.getrecursionlimit())
    assert decoded(deep) == left["items"][0]


@pytest.mark.parametrize("text", [b"", b"{", b"<html>", nested(2_000)[:-1], b"\xff", b'"\\'])
def test_is_an_error_when_it_is_no_json(text: bytes) -> None:
    """A page of a proxy, an answer that was cut."""
    with pytest.raises((json.JSONDecodeError, UnicodeDecodeError)):
        decoded(text)
