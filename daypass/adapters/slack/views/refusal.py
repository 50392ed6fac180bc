"""A no, for the one who asked: every reason in plain words, and the line as it would be right."""

import re
from collections.abc import Sequence
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.text import code_block, fits, inert, mention
from daypass.adapters.slack.views import lengths
from daypass.domain.ids import PersonId
from daypass.domain.reasons import Reason

_MOST: Final = 8
"""Reasons in one answer; more are of one kind."""


def refusal(reasons: Sequence[Reason], *lines: str) -> Message:
    """Return the answer to a refused command or click; `lines` are the corrected one, if any."""
    return _answer([sentence(reason) for reason in reasons], *lines)


def sentence(reason: Reason, limit: int = lengths.SENTENCE) -> str:
    """Return a reason as people read it: whom it names by account they read by name."""
    said = inert(str(reason), limit)
    for account in reason.accounts:
        named = mention(PersonId(account)).replace("\\", r"\\")
        said = re.sub(rf"\b{re.escape(account)}\b", named, said)
    return said


def refusal_of(sentences: Sequence[str], *lines: str) -> Message:
    """Return the answer for what is wrong in plain sentences (the parser's, for instance)."""
    return _answer([inert(one, lengths.SENTENCE) for one in sentences], *lines)


def _answer(sentences: Sequence[str], *lines: str) -> Message:
    """Lines that do not fit whole are not shown: half of one would be something else."""
    said = sentences[:_MOST]
    left = len(sentences) - len(said)
    listed = said if len(said) == 1 else [f"• {sentence}" for sentence in said]
    more = [f"… and {left} more"] if left else []
    words = "\n".join([*listed, *more])
    if not lines or not fits(*lines):
        return kit.message(f"Not done. {words}", [kit.section(words)])
    one_each = ", one after the other" if len(lines) > 1 else ""
    corrected = f"What would be right{one_each}:\n{code_block(*lines)}"
    return kit.message(f"Not done. {words}", [kit.section(words), kit.section(corrected)])
