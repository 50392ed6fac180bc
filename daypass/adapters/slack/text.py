"""Pieces of mrkdwn. Whatever people or clusters wrote goes through `inert`, `code` or `quoted`.

Escaping comes first, cutting second, so that neither an entity nor a mention is ever cut in two.
"""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Final

from daypass.domain.ids import PersonId

_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Slack has no way to escape its own marks; these look the same and mean nothing.
_BACKTICK: Final = str.maketrans({"`": "\u02cb"})
_MARKS: Final = str.maketrans({"`": "\u02cb", "*": "\u2217", "~": "\u223c"})
_BROKEN_ENTITY: Final = re.compile(r"&[a-z]{0,3}$")
ELLIPSIS: Final = "…"


def escape(text: str) -> str:
    """Escape what Slack reads as mentions and links."""
    return text.translate(_ENTITIES)


def cut(text: str, limit: int, note: str = ELLIPSIS) -> str:
    """Return escaped `text` in at most `limit` characters; one that was cut ends in `note`."""
    if len(text) <= limit:
        return text
    return _BROKEN_ENTITY.sub("", text[: limit - len(note)]) + note


def visible(text: str) -> str:
    """Drop control and direction characters, which could make a text read as another."""
    kept = (c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return "".join(kept)


def inert(text: str, limit: int = 300) -> str:
    """Return one line of foreign text that formats, mentions and links nothing."""
    line = " ".join(visible(text.replace("\t", " ").replace("\n", " ")).split())
    return cut(escape(line.translate(_MARKS)), limit)


def code(text: str, limit: int = 80) -> str:
    """Return foreign text as inline code, where only a backtick means anything."""
    line = " ".join(visible(text).split()).translate(_BACKTICK)
    return f"`{cut(escape(line), limit) or ' '}`"


def code_block(*lines: str, limit: int = 2_500) -> str:
    """Return lines to copy; their characters stay as they are, but for backticks."""
    text = "\n".join(visible(line).replace("`", "'") for line in lines)
    return f"```\n{cut(escape(text), limit)}\n```"


def quoted(text: str, limit: int, note: str = ELLIPSIS) -> str:
    """Return foreign text as a quotation, without its empty lines."""
    lines = [" ".join(line.split()) for line in visible(text).translate(_MARKS).splitlines()]
    escaped = "\n".join(f"> {escape(line)}" for line in lines if line)
    return cut(escaped or "> (nothing)", limit, note)


def plain(text: str, limit: int) -> str:
    """Return text for a plain_text object, where Slack formats nothing."""
    return cut(" ".join(visible(text).split()), limit) or ELLIPSIS


def mention(person: PersonId) -> str:
    """Name an account so that Slack shows its name; anything that is no account stays text."""
    return f"<@{person}>" if re.fullmatch(r"[UW][A-Z0-9]{1,30}", person) else inert(person, 80)


def mention_group(usergroup: str) -> str:
    """Name a user group so that its members are notified."""
    return f"<!subteam^{inert(usergroup, 40)}>"


def local_time(at: datetime) -> str:
    """Return a time that every reader sees in their own zone."""
    fallback = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"
