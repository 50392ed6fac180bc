"""Foreign text stays text, whatever is in it, and is never cut in the middle of an entity."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daypass.adapters.slack import text
from daypass.adapters.slack.seeing import LOOKS_LIKE, apparent, unmarked, visible
from daypass.domain.ids import PersonId
from tests.builders import NOON

SIGNS = "aé \n\u00a0\u200b\u200d\u202e\u0301\ufe0f\u20e3\u0628🦊👩\x07"
"""Some that are seen, some that are not, and some that are only beside others."""


@given(st.text(max_size=400), st.integers(min_value=20, max_value=300))
def test_inert_holds_no_mark_when_given_any_text(written: str, limit: int) -> None:
    """No mention, link, code, bold or strike comes through, and the limit holds."""
    said = text.inert(written, limit)
    assert not set(said) & set("<>`*~\n")
    assert len(said) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", said)


@given(st.text(max_size=400))
def test_quoted_stays_in_its_quotation_when_given_any_text(written: str) -> None:
    """Every line of foreign text is quoted: none can pose as ours."""
    said = list(text.packed(text.quoted(written), "\n", 200))
    assert all(line.startswith("> ") for one in said for line in one.split("\n"))
    assert all(len(one) <= 200 for one in said)


@given(st.lists(st.text(max_size=100), max_size=5))
def test_code_block_cannot_be_left_when_given_any_text(lines: list[str]) -> None:
    """A code block ends where we end it."""
    said = text.code_block(*lines)
    assert said.count("```") == 2
    assert said.endswith("\n```")


@pytest.mark.parametrize("limit", range(3, 12))
def test_cut_leaves_no_half_entity(limit: int) -> None:
    """Escaping comes first, cutting second."""
    said = text.cut(text.escape("&&&&&&"), limit)
    assert re.fullmatch(r"(?:&amp;)*…", said)


def test_inert_drops_direction_marks() -> None:
    """A right-to-left override cannot make a text read as another."""
    assert text.inert("a\u202eb\u200bc\x07d") == "abcd"


@given(st.text(alphabet=SIGNS, max_size=12))
def test_apparent_name_loses_nothing_when_it_is_shown(name: str) -> None:
    """Each sign that nobody sees has one that stands for it: no name looks like another."""
    said = apparent(name)
    assert " ".join(visible(said).split()) == said
    assert len(said) == len(name)


@pytest.mark.parametrize("name", ["alice@example.com", "Odd User", "日本 🦊", "👩\u200d💻"])
def test_apparent_name_is_itself_where_all_of_it_is_seen(name: str) -> None:
    """Joined emoji are one picture."""
    assert apparent(name) == name


def test_code_keeps_characters_that_mean_nothing_there() -> None:
    """A glob in a code span can be read, and copied, as it is."""
    assert text.code("team-*") == "`team-*`"
    assert text.code("") == "` `"


def test_mention_is_text_when_it_is_no_account() -> None:
    """Only an account id becomes a mention."""
    assert text.mention(PersonId("U0ALICE")) == "<@U0ALICE>"
    assert text.mention(PersonId("!channel")) == "!channel"


def test_local_time_has_a_fallback() -> None:
    """Readers see their own zone; a program without that sees UTC."""
    said = text.local_time(NOON)
    assert said == "<!date^1795176000^{date_short_pretty} at {time}|2026-11-20 12:00 UTC>"


def unslanted(written: str) -> str:
    """Exchange the underscores of each run that stands at the edge of a word, run by run."""
    runs = re.findall(r"_+|[^_]+", written)
    around = zip(["", *runs], runs, [*runs[1:], ""], strict=False)
    return "".join(
        run.replace("_", LOOKS_LIKE["_"])
        if not (before[-1:].isalnum() and after[:1].isalnum())
        else run
        for before, run, after in around
    )


@given(st.text(alphabet="a9ä_ -.", max_size=60))
def test_underscores_inside_of_a_word_alone_stay(written: str) -> None:
    """Slack makes italics of a run at the edge of a word; a name with one inside reads as typed."""
    assert unmarked(written) == unslanted(written)


@pytest.mark.parametrize("around", ["{}", "a{}b", "a{}", "{}b", "a{} b"])
def test_run_of_underscores_is_read_once(around: str) -> None:
    """A run is not tried anew from each of its underscores: that would hold up a whole process."""
    written = around.format("_" * 100_000)
    assert unmarked(written) == unslanted(written)


TOKEN = "ghp_" + "a1B2" * 9


@pytest.mark.parametrize("say", [text.inert, text.code, lambda said: text.plain(said, 300)])
def test_no_secret_reaches_slack_wherever_it_was_read(say: Callable[[str], str]) -> None:
    """Law 9: somebody wrote it into an annotation, or a server says it in an error; nor a part."""
    said = say(f"deploy={TOKEN} at noon")
    assert said == say(f"deploy={text.HIDDEN} at noon")
    assert TOKEN[:12] not in text.inert(f"deploy={TOKEN}", 24)


def test_no_secret_stands_in_a_line_to_copy() -> None:
    """Nor is such a line one that could be copied whole."""
    line = f"kubectl get configmaps {TOKEN}"
    assert text.code_block(line) == f"```\nkubectl get configmaps {text.HIDDEN}\n```"
    assert not text.fits(line)


def test_no_secret_is_quoted() -> None:
    """Each line stays one."""
    said = list(text.quoted(f"first\n{TOKEN}\nlast"))
    assert said == ["> first", f"> {text.HIDDEN}", "> last"]
