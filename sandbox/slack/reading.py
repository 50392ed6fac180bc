"""What a person reads of mrkdwn: marks that act are gone, as in `page/mrkdwn.js`. Pure."""

import re

from sandbox.slack.emoji import EMOJI
from sandbox.slack.state import Workspace
from sandbox.slack.text import mrkdwn_text

_INLINE = re.compile(
    r"<(?P<mark>[^<>]+)>"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<bold>(?=\S)[^*\n]*?\S)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>(?=\S)[^_\n]*?\S)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>(?=\S)[^~\n]*?\S)~(?![\w~])"
    r"|:(?P<emoji>[a-z0-9_+-]+):"
)
_QUOTE = re.compile(r"^(?:&gt;|>) ?", re.MULTILINE)


def as_read(text: str, workspace: Workspace) -> str:
    """The characters that are left when every mark did what it does."""
    parts = text.split("```")
    return "".join(
        _plain(part.removeprefix("\n")) if number % 2 else _inline(_QUOTE.sub("", part), workspace)
        for number, part in enumerate(parts)
    )


def _inline(text: str, workspace: Workspace) -> str:
    found = _INLINE.search(text)
    if found is None:
        return _plain(text)
    before, after = text[: found.start()], text[found.end() :]
    return _plain(before) + _piece(found, workspace) + _inline(after, workspace)


def _piece(found: re.Match[str], workspace: Workspace) -> str:
    kind, inside = found.lastgroup, found[found.lastgroup or 0]
    if kind == "code":
        return _plain(inside)
    if kind == "emoji":
        return EMOJI.get(inside, found[0])
    return mrkdwn_text(found[0], workspace) if kind == "mark" else _inline(inside, workspace)


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
