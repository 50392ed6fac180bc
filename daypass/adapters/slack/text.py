"""Pieces of mrkdwn. Whatever people or clusters wrote goes through `inert`, `code` or `quoted`.

Escaping comes first, cutting second, so that neither an entity nor a mention is ever cut in two.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from daypass.adapters.slack.seeing import unmarked, unpictured, unquoted, unticked, visible
from daypass.domain.ids import PersonId
from daypass.domain.secrets import secret_in, without_secrets

_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_BROKEN_ENTITY: Final = re.compile(r"&[a-z]{0,3}$")
ELLIPSIS: Final = "…"
HIDDEN: Final = "[secret]"
"""Stands for a token or a key (law 9): what people write is refused, what a cluster says is not."""
HEARD: Final = 4_000
"""Characters of the text beside blocks, for notifications and for those who hear it read."""
SHORT_NAME: Final = 80
"""Characters of a person's or a cluster's name within a sentence: Slack shows no more of one."""
_AHEAD: Final = 4
"""Times the limit: what stands behind the cut still tells whether a mark before it would act."""
_SEARCHED: Final = 20
"""Times the limit: so far into a text we look for what is seen. Blanks, and signs that nobody sees,
fill more than that only where somebody wants them to."""
CODE_LIMIT: Final = 2_500
"""Characters of lines to copy, beside the sentence above them in one section."""


def escape(text: str) -> str:
    """Escape what Slack reads as mentions and links."""
    return text.translate(_ENTITIES)


def cut(text: str, limit: int, note: str = ELLIPSIS) -> str:
    """Return escaped `text` in at most `limit` characters; one that was cut ends in `note`."""
    if len(text) <= limit:
        return text
    return _BROKEN_ENTITY.sub("", text[: limit - len(note)]) + note


def inert(text: str, limit: int = 300) -> str:
    """Return one line of foreign text that formats, mentions and links nothing."""
    return cut(escape(unquoted(unmarked(_begun(text, limit)))), limit)


def short(name: str) -> str:
    """Return a name within a sentence: inert, and no more of it than SHORT_NAME."""
    return inert(name, SHORT_NAME)


def code(text: str, limit: int = 80) -> str:
    """Return foreign text as inline code, where only a backtick means anything."""
    return f"`{cut(escape(unticked(_begun(text, limit))), limit) or ' '}`"


def code_block(*lines: str, limit: int = CODE_LIMIT) -> str:
    """Return lines to copy; their characters stay as they are, but for backticks and line ends.

    Each stays one line, and its quotes hold what they held. A secret is hidden here, too.
    """
    return f"```\n{cut(_copied(lines), limit)}\n```"


def fits(*lines: str) -> bool:
    """Whether `code_block` shows lines whole: half of a command would be something else."""
    return len(_copied(lines)) <= CODE_LIMIT and not any(map(secret_in, lines))


def _copied(lines: Iterable[str]) -> str:
    plain = (without_secrets(visible(" ".join(line.splitlines())), HIDDEN) for line in lines)
    return escape("\n".join(map(unticked, plain)))


def quoted(text: str) -> Iterator[str]:
    """Yield foreign text as lines of a quotation, without its empty lines; none is cut."""
    seen = without_secrets(visible(text), HIDDEN)
    lines = [unmarked(" ".join(line.split())) for line in seen.splitlines()]
    yield from [f"> {escape(line)}" for line in lines if line] or ["> (nothing)"]


def packed(pieces: Iterable[str], joint: str, limit: int) -> Iterator[str]:
    """Join whole pieces to paragraphs of at most `limit` characters; a longer piece is split."""
    paragraph = ""
    for piece in pieces:
        if paragraph and len(paragraph) + len(joint) + len(piece) > limit:
            yield paragraph + joint.rstrip()
            paragraph = ""
        paragraph = f"{paragraph}{joint}{piece}" if paragraph else piece
        while len(paragraph) > limit:
            yield (head := _BROKEN_ENTITY.sub("", paragraph[: limit - 1]))
            paragraph = _again(paragraph, head)
    if paragraph:
        yield paragraph


def plain(text: str, limit: int) -> str:
    """Return text for a plain_text object, where Slack formats nothing but emoji."""
    return cut(unpictured(_begun(text, limit)), limit) or ELLIPSIS


def _begun(text: str, limit: int) -> str:
    """Return so much of one line that what is left out would be cut off anyway.

    However long the text is, no more of it is looked at than its beginning.
    """
    most = _SEARCHED * limit
    begun = without_secrets(_line(text[:most]), HIDDEN)
    return f"{begun}{ELLIPSIS if len(text) > most else ''}"[: _AHEAD * limit]


def _line(text: str) -> str:
    return " ".join(visible(" ".join(text.split())).split())


def _again(paragraph: str, head: str) -> str:
    """Go on after `head`; the rest of a quotation is one, too."""
    rest = paragraph[len(head) :]
    return f"> {rest}" if head.rpartition("\n")[2].startswith("> ") else rest


def mention(person: PersonId) -> str:
    """Name an account so that Slack shows its name; anything that is no account stays text."""
    return f"<@{person}>" if re.fullmatch(r"[UW][A-Z0-9]{1,30}", person) else inert(person, 80)


def mention_channel(channel: str) -> str:
    """Name a channel by its id, so that Slack shows its name."""
    return f"<#{channel}>" if channel.isalnum() else inert(channel, 80)


def mention_group(usergroup: str) -> str:
    """Name a user group so that its members are notified."""
    return f"<!subteam^{inert(usergroup, 40)}>"


def local_time(at: datetime) -> str:
    """Return a time that every reader sees in their own zone."""
    fallback = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"
