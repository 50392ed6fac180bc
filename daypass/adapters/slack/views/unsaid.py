"""What Slack does not take, told to whoever waits for it and to those who can mend it."""

from collections.abc import Iterator, Sequence
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, code_block, inert, mention, mention_channel, short
from daypass.adapters.slack.views import lengths
from daypass.adapters.slack.views.leading import leads, renewed
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.wanted import in_status, so_long, wanted
from daypass.adapters.slack.views.words import (
    ASKED,
    PARTLY_ASKED,
    TOLD,
    UNASKED,
    UNTOLD,
    Word,
)
from daypass.domain.ids import PersonId
from daypass.domain.listing import few
from daypass.domain.notification import Notification, Unsaid
from daypass.domain.request import Request, RequestState

NAMED: Final = 20
"""Channels and people of one message; a request has one or two."""


def unsaid(told: Notification, scene: Scene) -> Message:
    """Return the direct message to the requester, or to an administrator."""
    request = told.request
    what = f"{wanted(request, in_status(request.id, scene))} on {short(request.cluster)}"
    if request.state is RequestState.PENDING:  # It comes with the line that says yes.
        what = f"{what}, {so_long(request)}"
    if told.to != request.requester.id:
        what = f"{what}, for {mention(request.requester.id)}"
    if told.unsaid is None:
        text = _mended(request, what)
        return kit.message(text, [kit.section(text)])
    word = _word(told.unsaid, request)
    text = f"{word.sign} {word.word}: {what}: {inert(told.unsaid.why, lengths.TROUBLE)}"
    return kit.message(text, _missing(told.unsaid, request, what, scene=scene))


def place(to: str) -> str:
    """Name a channel or a person so that Slack shows the name."""
    if to.startswith(("U", "W")):
        return mention(PersonId(to))
    return mention_channel(to)


def _word(found: Unsaid, request: Request) -> Word:
    """Tell whether those whose answer is missing are asked somewhere all the same.

    A card that stands asks, whatever Slack takes beside it: a reminder, say, or an edit.
    """
    if request.state is not RequestState.PENDING:
        return UNTOLD
    unasked = [channel for channel in request.waits_in if channel in found.unasked]
    if len(unasked) == len(request.waits_in):
        return UNASKED
    return PARTLY_ASKED if unasked else UNTOLD


def _missing(found: Unsaid, request: Request, what: str, *, scene: Scene) -> Iterator[Block]:
    yield kit.section(f"{_word(found, request)}: {what}. {_why(found)}")
    if request.state is RequestState.PENDING:
        said = (
            renewed(request),
            leads(request),
            f"{scene.typed('status', request.id)} shows all that is asked for, and why.",
            _by_typing(request, scene),
        )
        yield kit.section("\n".join(filter(None, said)))
    yield kit.context(f"Request {code(request.id)}")


def _by_typing(request: Request, scene: Scene) -> str:
    """Say how a yes is said without the card, or that none is taken."""
    if request.renewed_at is not None:
        return (
            "Only a button beside what it is now says yes to it: where Slack goes on taking no "
            "card, it has to be withdrawn and asked again."
        )
    line = code_block(f"{scene.command} approve {request.id}")
    return f"Whoever may approve it can do so without the card:\n{line}"


def _why(found: Unsaid) -> str:
    why = inert(found.why, lengths.TROUBLE)
    return (
        f"Slack takes no message in {_places(found.to)}. {why} It is tried again "
        "by itself, and at once when the bot is invited."
    )


def _places(to: Sequence[str]) -> str:
    return few([place(one) for one in to], NAMED)


def _mended(request: Request, what: str) -> str:
    if request.state is RequestState.PENDING:
        return f"{ASKED}: {what}. The card is in {_places(request.asked_in)}."
    # How it stands changes from now on, and this does not: its own messages say it.
    return f"{TOLD}: {what}. Slack takes its messages again."


def still_unsaid(found: Unsaid) -> str:
    """Say in one paragraph what is in the way, for whoever asks how a request stands."""
    return f"{UNASKED.sign} {_why(found)}"
