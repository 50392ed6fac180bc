"""What the bot says of itself: troubles, strangers, the unknown; everything else is a view."""

from collections.abc import Iterator

from bot.grammar.line import Verb
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.home import Home
from daypass.adapters.slack.text import code, code_block, fits
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.secrets import secret_in


def troubled(error: OutsideError, reference: str, scene: Scene, *, line: str = "") -> Message:
    """Say what is known of what was stored, never the error's own words; `line` does the same."""
    if error.unknown:
        look = scene.typed(Verb.REQUESTS)
        said = f"No answer came in time, so it may or may not be stored; {look} shows it."
    elif error.remedy:
        said = f"Nothing was stored. {error.remedy}"
    elif isinstance(error, TemporaryOutsideError):
        said = "Something that Daypass needs does not answer. Nothing was stored; try again soon."
    else:
        said = "Something that Daypass needs refused. Nothing was stored; tell an administrator."
    text = f"{said} Reference {code(reference)}."
    return kit.message(text, [kit.section(text), *_same(line, scene)])


def _same(line: str, scene: Scene) -> Iterator[Block]:
    """Offer the line whole or not at all: one that was cut does something else.

    Nor one that holds a secret: it was pasted, and nobody came to refuse it.
    """
    whole = f"{scene.command} {line}"
    if line and fits(whole) and not secret_in(line):
        yield kit.section(f"The same by typing:\n{code_block(whole)}")


def contended(reference: str) -> Message:
    """Say that others were faster, several times in a row."""
    said = "Others changed the same thing at the same moment. Nothing was stored; try again."
    return _plain(f"{said} Reference {code(reference)}.")


def broken(reference: str) -> Message:
    """Say that it is our fault."""
    said = "Something went wrong inside Daypass; an administrator finds it in the log."
    return _plain(f"{said} Reference {code(reference)}.")


def foreign(home: Home) -> Message:
    """Refuse somebody from elsewhere."""
    own = "organisation" if home.org_wide else "workspace"
    return _plain(f"You cannot use Daypass here: it serves the people of its own {own} only.")


def outdated(scene: Scene) -> Message:
    """Answer a button or command that this version does not have."""
    return _plain(f"This version of Daypass does not know that. {scene.typed(Verb.HELP)} helps.")


def blank() -> str:
    """The fault of a modal's field that was sent empty."""
    return "Say why, in a few words."


def _plain(text: str) -> Message:
    return kit.message(text, [kit.section(text)])
