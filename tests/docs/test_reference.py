"""The reference pages say what the code does: keys, commands, errors, events."""

import argparse
import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

import pytest

from bot.grammar.line import ALIASES, Flag, Verb
from daypass import VERSION
from daypass.adapters.yaml import json_schema
from daypass.cli.parser import parser
from daypass.domain import errors
from daypass.domain.audit import Action
from daypass.domain.catalog import Delivery
from tests.docs.project import ROOT, read

_SCHEMA: Final = "docs/reference/daypass.schema.json"
_LINK: Final = re.compile(r"\]\((?!https?://|#)([^)#]+)(#[^)]*)?\)")
_ANCHOR: Final = re.compile(r"\]\((?!https?://)([^)#]*)#([^)]+)\)")
_PICTURES: Final = {"docs/card.png"}
"""Made from the running sandbox, not written."""


def _pages() -> list[str]:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(page.relative_to(ROOT).as_posix() for page in pages)


def _coded(page: str) -> str:
    """Everything that a page writes in backticks, and in blocks of code."""
    text, fenced = read(page), r"(?ms)^```.*?^```"
    return "\n".join(
        (*re.findall(fenced, text), *re.findall(r"`([^`]+)`", re.sub(fenced, "", text)))
    )


def _rows(page: str, pattern: str) -> list[str]:
    """What each line of a page that fits the pattern has at the pattern's group."""
    return re.findall(pattern, read(page), re.MULTILINE)


def _keys(schema: dict[str, Any]) -> set[str]:
    shapes = [schema, *schema["$defs"].values()]
    return {key for shape in shapes for key in shape.get("properties", {})}


def _leaves(grammar: argparse.ArgumentParser) -> Iterator[str]:
    groups = [a for a in grammar._actions if isinstance(a, argparse._SubParsersAction)]
    for group in groups:
        for command in group.choices.values():
            yield from _leaves(command)
    if not groups:
        yield grammar.prog


@pytest.mark.parametrize("delivery", Delivery)
def test_configuration_page_names_every_delivery(delivery: Delivery) -> None:
    """What may be written is told where people look it up, and what it means in the glossary."""
    (row,) = _rows("docs/reference/configuration.md", r"^\| `delivery` \| (.*)$")
    (word,) = _rows("docs/explanation/glossary.md", r"^\| \*\*delivery\*\* \| (.*)$")
    assert f"`{delivery}`" in row
    assert f"`{delivery}`" in word


def test_schema_is_the_one_that_the_code_has() -> None:
    """`daypass config schema` and the file say the same; write it anew with that command."""
    assert json.loads(read(_SCHEMA)) == json_schema()


def test_configuration_page_explains_every_key() -> None:
    """No key of daypass.yaml is a secret, and none is promised that does not exist."""
    rows = set(_rows("docs/reference/configuration.md", r"^\| `([a-z_]+)` \|"))
    nested = {
        "name",
        "kind",
        "path",
        "by",
        "count",
        "default",
        "max",
        "levels",
        "for",
        "preset",
        "lower",
    }
    keys = _keys(json_schema())
    assert rows <= keys
    assert keys - rows <= nested
    coded = _coded("docs/reference/configuration.md").split()
    assert keys <= set(coded)


@pytest.mark.parametrize("verb", Verb)
def test_commands_page_lists_every_verb_of_the_bot(verb: Verb) -> None:
    """What can be typed in Slack is on the page."""
    assert re.search(rf"^\| `/access {verb}\b", read("docs/reference/commands.md"), re.MULTILINE)


def test_commands_page_lists_every_flag_of_the_bot() -> None:
    """Each flag is there, with each of its other names."""
    coded = set(_coded("docs/reference/commands.md").split())
    assert set(Flag) <= coded
    names = {f"-{name}" if len(name) == 1 else f"--{name}" for name in ALIASES}
    assert {name.lower() for name in names} - {one.lower() for one in coded} <= {"--namespace"}


def test_commands_page_lists_every_command_of_the_terminal() -> None:
    """What can be typed in a terminal is on the page, and nothing else."""
    written = re.findall(
        r"^\| `(daypass(?: [a-z]+)*)", read("docs/reference/commands.md"), re.MULTILINE
    )
    assert {one for one in written if one != "daypass"} == set(_leaves(parser()))


def test_errors_page_lists_every_error() -> None:
    """The tree of errors is on the page."""
    classes = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.DaypassError)
    }
    assert set(_rows("docs/reference/errors.md", r"^\| `(\w+)` \|")) == classes


def test_audit_page_lists_every_event() -> None:
    """Each kind of event is on the page, and no other."""
    rows = _rows("docs/reference/audit.md", r"^\| `([a-z._]+)` \|")
    assert rows == [action.value for action in Action]


@pytest.mark.parametrize("page", _pages())
def test_links_lead_to_files_that_exist(page: str) -> None:
    """No page points into nothing."""
    folder = (ROOT / page).parent
    targets = [target for target, _ in _LINK.findall(read(page))]
    gone = [one for one in targets if not (folder / one).exists() and one not in _PICTURES]
    assert gone == []


@pytest.mark.parametrize("page", _pages())
def test_links_lead_to_headings_that_exist(page: str) -> None:
    """A link to a part of a page finds it: headings are renamed more often than files."""
    folder = (ROOT / page).parent
    wanted = [
        ((folder / target).resolve() if target else ROOT / page, anchor)
        for target, anchor in _ANCHOR.findall(read(page))
    ]
    gone = [anchor for path, anchor in wanted if anchor not in _anchors(path.read_text("utf-8"))]
    assert gone == []


def _anchors(text: str) -> set[str]:
    """Return what a page's headings are called in links."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.strip().lower()).replace(" ", "-") for one in headings}


def test_version_is_written_the_same_in_both_places() -> None:
    """What `daypass --version` prints is what is packaged."""
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] == VERSION


def test_every_decision_is_listed() -> None:
    """The list of decisions is complete."""
    listed = set(re.findall(r"\((\d{4}[^)]+)\)", read("docs/adr/README.md")))
    assert listed == {path.name for path in (ROOT / "docs" / "adr").glob("0*.md")}
