"""A no, for the one who asked: every reason in plain words, and the line as it would be right."""

from collections.abc import Sequence
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.text import code_block, fits, inert
from daypass.adapters.slack.views import lengths
from daypass.domain.reasons import Reason

_MOST: Final = 8
"""Reasons in one answer; more are of one kind."""


def refusal(reasons: Sequence[Reason], *lines: str) -> Message:
    """Return the answer to a refused command or click; `lines` are the corrected one, if any."""
    return refusal_of([str(reason) for reason in reasons], *lines)


def refusal_of(sentences: Sequence[str], *lines: str) -> Message:
    """Return the answer for what is wrong in plain sentences (the parser's, for instance).

    Lines that do not fit whole are not shown: half of one would be something else.
    """
    said = [inert(sentence, lengths.SENTENCE) for sentence in sentences[:_MOST]]
    left = len(sentences) - len(said)
    listed = said if len(said) == 1 else [f"• {sentence}" for sentence in said]
    more = [f"… and {left} more"] if left else []
    words = "\n".join([*listed, *more])
    if not lines or not fits(*lines):
        return kit.message(f"Not done. {words}", [kit.section(words)])
    one_each = ", one after the other" if len(lines) > 1 else ""
    corrected = f"What would be right{one_each}:\n{code_block(*lines)}"
    return kit.message(f"Not done. {words}", [kit.section(words), kit.section(corrected)])
