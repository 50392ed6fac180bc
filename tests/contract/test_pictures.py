"""Pictures of clusters: in memory, on fakeredis and on a real Valkey."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from daypass.domain.grant import Subject
from daypass.domain.picture import About, Edit, Entry, Kind
from daypass.domain.rbac import PolicyRule
from daypass.domain.roles import RoleRef
from daypass.ports import watch_of
from tests.builders import NOON
from tests.contract.store_stages import State

DUTY: Final = watch_of("prod")
VIEW: Final = Entry(
    kind=Kind.CLUSTER_ROLE,
    name="view",
    labels={"team": "a"},
    annotations={"why": "b"},
    rules=(PolicyRule(verbs=("get",), resources=("pods",)),),
    aggregated=True,
    left_out=2,
)
READER: Final = Entry(kind=Kind.ROLE, namespace="payments", name="reader")
READERS: Final = Entry(
    kind=Kind.ROLE_BINDING,
    namespace="payments",
    name="readers",
    role=RoleRef(name="view"),
    subjects=(Subject(name="alice@example.com"),),
)
PLACE: Final = Entry(kind=Kind.NAMESPACE, name="payments")
ALL: Final = (VIEW, READER, READERS, PLACE)


def drawn(state: State, *entries: Entry, holder: str = "a") -> bool:
    """Write entries as somebody who says to have the duty."""
    return state.pictures.edit(Edit(cluster="prod", there=entries), DUTY, holder)


def test_picture_has_what_was_written_by_kind_and_by_name(state: State) -> None:
    """What everybody asks of it."""
    assert state.heartbeats.take_duty(DUTY, "a")
    assert drawn(state, *ALL)
    for one in ALL:
        assert list(state.pictures.entries("prod", one.kind)) == [one]
        assert state.pictures.keys("prod", one.kind) == {one.key}
    keys = [one.key for one in ALL]
    assert state.pictures.named("prod", [*keys, "Role/payments/none"]) == dict(
        zip(keys, ALL, strict=True)
    )
    assert not list(state.pictures.entries("dev", Kind.ROLE))


def test_picture_loses_what_is_gone_and_takes_what_has_changed(state: State) -> None:
    """One thing at a time, others as they were."""
    state.heartbeats.take_duty(DUTY, "a")
    drawn(state, *ALL)
    other = replace(VIEW, rules=())
    edit = Edit(cluster="prod", there=(other,), gone=(READER.key, "Role/payments/none"))
    assert state.pictures.edit(edit, DUTY, "a")
    assert state.pictures.named("prod", [one.key for one in ALL]) == {
        one.key: one for one in (other, READERS, PLACE)
    }


def test_picture_of_thousands_is_read_whole(state: State) -> None:
    """More than is read, or written, in one step."""
    state.heartbeats.take_duty(DUTY, "a")
    names = {f"ns-{n}" for n in range(1_000)}
    assert drawn(state, *(Entry(kind=Kind.NAMESPACE, name=name) for name in names))
    assert {one.name for one in state.pictures.entries("prod", Kind.NAMESPACE)} == names


def test_picture_takes_nothing_from_who_has_not_the_duty(state: State) -> None:
    """Whoever slept through its end never writes older over newer."""
    about = About(cluster="prod", at=NOON, left_out={Kind.ROLE: 3}, unseen={Kind.ROLE: "forbidden"})
    assert not drawn(state, VIEW)
    assert not state.pictures.keep_about(about, DUTY, "a")
    state.heartbeats.take_duty(DUTY, "a")
    assert state.pictures.keep_about(about, DUTY, "a")
    assert not drawn(state, VIEW, holder="b")
    assert not state.pictures.keep_about(replace(about, left_out={}), DUTY, "b")
    assert not state.pictures.keys("prod", Kind.CLUSTER_ROLE)
    assert state.pictures.about("prod") == about
    assert state.pictures.about("dev") is None


def test_picture_is_current_for_a_while_after_its_last_word() -> None:
    """Then its age is said."""
    about = About(cluster="prod", at=NOON)
    assert about.current(NOON + timedelta(seconds=30))
    assert not about.current(NOON + timedelta(seconds=31))


def test_entry_is_a_binding_or_none() -> None:
    """What RBAC makes of it."""
    assert VIEW.binding is None
    binding = READERS.binding
    assert binding is not None
    assert (binding.kind, binding.role_key) == ("RoleBinding", "ClusterRole/view")
