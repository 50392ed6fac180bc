"""What of a picture finds room is counted as the store has it."""

import pytest

from daypass.adapters.redis.codec import encode
from daypass.domain.grant import Subject
from daypass.domain.picture import Entry, Kind
from daypass.domain.rbac import PolicyRule
from daypass.domain.roles import RoleRef
from workers.grants.kept import LONG_IN_ONE_PLACE, LONGEST, Kept, length

TEXTS = ["a", "", '"\\"', chr(1), chr(0x7F), "é", chr(0x1F600), "\n\t"]


def a_thing(text: str, number: int = 0) -> Entry:
    """Return something that says a text wherever anybody may write one."""
    long = text * 100
    return Entry(
        kind=Kind.CLUSTER_ROLE_BINDING,
        namespace="team",
        name=f"{text}{number}",
        labels={f"{text}{n}": text for n in range(30)},
        annotations={f"{text}{n}": long for n in range(30)},
        rules=(PolicyRule(verbs=(text,) * 9, resources=(long,), resource_names=(text,)),) * 9,
        role=RoleRef(name=long),
        subjects=(Subject(kind="ServiceAccount", name=long), Subject(name=text)) * 9,
    )


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_length_is_what_the_store_has(text: str) -> None:
    """Whoever writes it in signs that take more bytes gets no more room."""
    thing = a_thing(text)
    stored = len(thing.key.encode()) + len(encode(thing))
    assert length(thing) == pytest.approx(stored, rel=0.15)
    assert length(thing) >= stored


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
@pytest.mark.parametrize("place", ["team", ""])
def test_no_more_is_kept_than_there_is_room_for(text: str, place: str) -> None:
    """Of a cluster, and of a namespace, in bytes of the store."""
    kept, stored, most = Kept(), 0, LONG_IN_ONE_PLACE if place else LONGEST
    notes = {f"{n}": text * 317 for n in range(30)}
    for number in range(800):
        thing = Entry(kind=Kind.ROLE, namespace=place, name=f"{number}", annotations=notes)
        stored += len(encode(thing)) if kept.keep(thing) else 0
    assert stored <= most
