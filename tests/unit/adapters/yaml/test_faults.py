"""Every way to get daypass.yaml wrong, with the line and the words of its fault."""

from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from daypass.adapters.yaml import read
from daypass.domain.errors import ConfigurationError
from tests.unit.adapters.yaml.example import RIGHT, edited, faults_of

_ROWS: Final = YAML(typ="safe").load(Path(__file__).with_name("faults.yaml"))


@pytest.mark.parametrize("row", _ROWS, ids=[row["faults"][0][:60] for row in _ROWS])
def test_read_names_line_place_and_cure_when_one_thing_is_wrong(row: dict[str, Any]) -> None:
    """A fault is one line: where it is, what is wrong, what would be right."""
    expected = tuple(f"daypass.yaml:{fault}" for fault in row["faults"])
    assert faults_of(edited(row["old"], row["new"])) == expected


@pytest.mark.parametrize("delivery", ["impersonate", "constrained", "auto"])
def test_read_says_not_in_this_version_when_a_later_delivery_is_named(delivery: str) -> None:
    """A delivery that is planned is told apart from a slip."""
    found = faults_of(edited("group: platform-admins", f"group: a\n    delivery: {delivery}"))
    place = "daypass.yaml:24: levels.admins.delivery"
    cure = "write sudo or mirror or leave it out"
    assert found == (f"{place}: {delivery} is not offered in this version; {cure}",)


@pytest.mark.parametrize("section", ["clusters", "levels", "workflows"])
def test_read_asks_for_content_when_a_section_is_empty(section: str) -> None:
    """Nothing to ask for is a mistake, not a quiet start."""
    empty = "[]" if section == "workflows" else "{}"
    found = faults_of(f"version: 1\ninstall: a\nadmins: [a@b.c]\n{section}: {empty}\n")
    assert any(f"4: {section}: has no " in one for one in found)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "daypass.yaml:1: is empty; begin with `version: 1`"),
        ("# only words\n", "daypass.yaml:1: is empty; begin with `version: 1`"),
        ("- a\n", "daypass.yaml:1: is not a mapping; begin with `version: 1`"),
        ("a: 1\n---\nb: 2\n", "daypass.yaml:2: starts a second document; keep one"),
        ("a: \x00", "daypass.yaml:1: holds characters that YAML does not allow; write UTF-8 text"),
    ],
)
def test_read_says_so_when_there_is_no_one_mapping(text: str, fault: str) -> None:
    """What is no configuration at all gets one clear fault."""
    assert faults_of(text) == (fault,)


def test_read_refuses_aliases_when_they_would_grow_without_end() -> None:
    """A small file never becomes an endless one."""
    found = faults_of("version: &v [*v, *v]\n")
    assert "daypass.yaml:1: version[0]: is repeated through an alias (*…); write it out" in found


def test_read_names_everything_at_once_when_much_is_wrong() -> None:
    """One run finds every fault, in the order of the file, be it of shape or of sense."""
    text = RIGHT
    for old, new in (
        ("install: main", "install: Main"),
        ("[team:sre]", "[team:srr]"),
        ("in_cluster: true", "in_cluster: sure"),
        ("role: view", "rolle: view"),
        ("count: 2", "count: 3"),
        ("default: 4h", "default: 13h"),
    ):
        text = text.replace(old, new)
    found = faults_of(text)
    assert [int(one.split(":")[1]) for one in found] == [2, 3, 13, 18, 28, 35]


def test_read_blames_nobody_else_when_a_cluster_has_the_wrong_shape() -> None:
    """A fault is reported once, not again wherever its entry is used."""
    found = faults_of(edited("in_cluster: true", "in_cluster: sure"))
    assert len(found) == 1


def test_read_raises_configuration_error_with_every_fault_as_its_text() -> None:
    """Whoever prints the error prints every fault."""
    with pytest.raises(ConfigurationError) as caught:
        read("version: 1\nx: 1\ny: 2\n")
    assert str(caught.value).splitlines() == list(caught.value.faults)


@pytest.mark.parametrize(
    ("username", "emails", "name"),
    [
        ('"{local}"', ("bob@example.org", "BOB@a.com"), "bob"),
        ("aws-auth-session", ("a@b-c.com", "a-b@c.com"), "a-b-c.com"),
        ('"x:{local:lower}"', ("bob@example.org",), "x:bob"),
    ],
)
def test_read_refuses_a_template_by_which_two_listed_people_are_one_user(
    username: str, emails: tuple[str, ...], name: str
) -> None:
    """Wherever they are listed: each would have what the other is granted (law 5)."""
    text = edited("in_cluster: true", f"in_cluster: true, username: {username}")
    text = text.replace("admins: [team:sre]", f"admins: [{', '.join(emails)}]")
    (fault,) = faults_of(text)
    assert fault.startswith("daypass.yaml:13: clusters.dev.username: ")
    assert f" would all be “{name}” there" in fault
    own = ", ".join(f"{email}: own-{number}" for number, email in enumerate(emails))
    read(text.replace("in_cluster: true", f"in_cluster: true, overrides: {{{own}}}"))


def test_read_counts_the_people_of_one_name_when_they_are_many() -> None:
    """A fault is a line, however many it is about."""
    emails = ", ".join(f"kim@{n}.example.com" for n in range(10))
    text = edited("in_cluster: true", 'in_cluster: true, username: "{local}"')
    (fault,) = faults_of(text.replace("admins: [team:sre]", f"admins: [{emails}]"))
    assert "kim@4.example.com and 5 more would all be “kim” there" in fault
