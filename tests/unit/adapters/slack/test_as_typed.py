"""What a person reads is what was typed: nothing formats, and nothing that is unseen stays."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daypass.adapters.slack import text
from daypass.adapters.slack.seeing import LOOKS_LIKE, visible
from daypass.adapters.slack.views.card import card
from sandbox.slack.reading import as_read
from sandbox.slack.seed import read_seed
from sandbox.slack.state import Workspace
from tests.builders import a_person, a_request, an_ask
from tests.unit.adapters.slack.examples import a_scene, read

PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
TYPED = (
    "_name_", "__init__", "*bold*", "~gone~", "`code`", "```block```", "> quoted",
    ">>> all of it",
    "<!channel>", "<@U0BOB>", "<https://evil.example|https://good.example>", "@here", "#general",
    ":white_check_mark: Approved", "12:30:45", "a & b &amp; c", "snake_case_name",
    "team-*", "a_ _b",
    "system:serviceaccount:ns:name", "https://example.com/a_b_?x=1&y=2", PERSIAN, FAMILY,
    "❤️\u200d🔥", "1️⃣", "👍🏽", "क्\u200dष", "naïve", "- list", "1. one", "_*~`mixed`~*_",
)  # fmt: skip
ANY = st.text(alphabet="ab1_*~`<>&:!@#|^-+ é🙂\n", max_size=40) | st.sampled_from(TYPED)
WORKSPACE = Workspace(read_seed(), "daypass")
BACK = str.maketrans({alike: mark for mark, alike in LOOKS_LIKE.items()})


def said(written: str) -> str:
    """Return what is read, signs that look the same taken as the same, spaces as one."""
    return " ".join(as_read(written, WORKSPACE).translate(BACK).split())


def typed(written: str) -> str:
    """Return what was typed, in the same way."""
    return " ".join(written.split())


@example("_a", "b_")
@example("*a", "b*")
@example(":a", "b:")
@given(ANY, ANY)
def test_fields_read_as_typed(one: str, other: str) -> None:
    """At the start of a line, in the middle and side by side, no field formats any other."""
    fields = text.inert(one), text.inert(other), text.code(one), text.inert(other)
    line = "*Who*\n{} ({}) {}, {}".format(*fields)
    read = f"Who {one} ({other}) {one}, {other}"
    assert said(line).replace(" ", "") == typed(read).replace(" ", "")


@given(ANY)
def test_quotation_reads_as_typed(written: str) -> None:
    """A reason of several lines stays in its quotation, as it was typed."""
    quotation = "\n".join(text.quoted(written))
    assert all(line.startswith("> ") for line in quotation.split("\n"))
    assert said(quotation) == (typed(written) or "(nothing)")


@pytest.mark.parametrize("written", TYPED)
def test_card_reads_as_typed_in_every_field_of_a_person(written: str) -> None:
    """Name and reason of whoever asks."""
    ask = an_ask(requester=replace(a_person(), name=written), reason=written)
    shown = said(read(card(a_request(ask=ask), (), a_scene())))
    assert f"Who {written} (alice@example.com)" in shown
    assert f"Why {written}" in shown


@pytest.mark.parametrize("written", TYPED)
def test_plain_texts_read_as_typed(written: str) -> None:
    """In dialogs and headings Slack formats nothing but emoji."""
    shown = text.plain(written, 300)
    assert ":white_check_mark:" not in shown
    assert typed(shown.translate(BACK)) == typed(written)


@pytest.mark.parametrize(
    "unseen",
    [
        "\u200b", "\u200c", "\u200d", "\u2060", "\u00ad", "\ufeff", "\u202a", "\u202e", "\u2066",
        "\u2069", "\u200e", "\u200f", "\u061c", "\u180e", "\u115f", "\u3164", "\u2800", "\ufe0f",
        "\ufe00", "\u034f", "\x00", "\x07", "\x1b", "\x7f", "\x9b", "\U000e0041",
        "\U000e0100", "\ud800",
    ],
    ids=ascii,
)  # fmt: skip
@pytest.mark.parametrize("name", ["bob", "a-b", "b2", "\u0431\u043e\u0431"])
def test_nobody_passes_for_another_by_what_is_unseen(unseen: str, name: str) -> None:
    """A name with characters that nobody sees reads, and compares, as the name without them."""
    for at in range(len(name) + 1):
        assert visible(name[:at] + unseen + name[at:]) == name


@pytest.mark.parametrize("joined", [PERSIAN, FAMILY, "❤️\u200d🔥", "क्\u200dष", "1️⃣"])
def test_what_joins_stays(joined: str) -> None:
    """Scripts and emoji that need a joiner keep it, in every kind of text."""
    for kept in (text.inert, text.code, lambda one: text.plain(one, 99)):
        assert joined in kept(joined)
    assert joined in "".join(text.quoted(joined))


@pytest.mark.parametrize("mark", ["\u0336", "\u0489", "\u20dd", "\u0e49"])
def test_towers_of_marks_do_not_cover_other_lines(mark: str) -> None:
    """A few marks on a letter are a script's; hundreds are drawn over the lines around."""
    for shown in (text.inert, text.code, lambda one: text.plain(one, 3_000)):
        assert shown(f"a{mark * 900}b").count(mark) <= 6
        assert f"a{mark * 4}b" in shown(f"a{mark * 4}b")
