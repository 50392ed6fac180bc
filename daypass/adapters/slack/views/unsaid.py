"""What Slack does not take, told to whoever waits for it and to those who can mend it."""

from collections.abc import Iterator

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, code_block, inert, mention
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.wanted import in_status, wanted
from daypass.adapters.slack.views.words import ASKED, UNASKED, request_word
from daypass.domain.ids import PersonId
from daypass.domain.notification import Notification, Unsaid
from daypass.domain.request import Request, RequestState


def unsaid(told: Notification, scene: Scene) -> Message:
    """Return the direct message to the requester, or to an administrator."""
    request = told.request
    what = f"{wanted(request, in_status(request.id, scene))} on {inert(request.cluster, 80)}"
    if told.to != request.requester.id:
        what = f"{what}, for {inert(request.requester.name, 80)}"
    if told.unsaid is None:
        text = _mended(request, what)
        return kit.message(text, [kit.section(text)])
    word = UNASKED.word if request.state is RequestState.PENDING else "Not told"
    text = f"{UNASKED.sign} {word}: {what}: {inert(told.unsaid.why, 600)}"
    return kit.message(text, _missing(told.unsaid, request, what, scene=scene))


def place(to: str) -> str:
    """Name a channel or a person so that Slack shows the name."""
    if to.startswith(("U", "W")):
        return mention(PersonId(to))
    return f"<#{to}>" if to.isalnum() else inert(to, 80)


def _missing(found: Unsaid, request: Request, what: str, *, scene: Scene) -> Iterator[Block]:
    where = ", ".join(place(one) for one in found.to[:5])
    if request.state is not RequestState.PENDING:
        yield kit.section(f"{UNASKED.sign} *Not told*: {what}. {_why(where, found)}")
    else:
        yield kit.section(f"{UNASKED}: {what}. {_why(where, found)}")
        line = code_block(f"{scene.command} approve {request.id}")
        yield kit.section(f"Whoever may approve it can do so without the card:\n{line}")
    yield kit.context(f"Request {code(request.id)}")


def _why(where: str, found: Unsaid) -> str:
    return (
        f"Slack takes no message in {where}. {inert(found.why, 600)} It is tried again by itself, "
        "and at once when the bot is invited."
    )


def _mended(request: Request, what: str) -> str:
    if request.state is RequestState.PENDING:
        return f"{ASKED}: {what}. The card is in {place(request.plan.channel)}."
    return f"{request_word(request, ())}: {what}. Slack takes its messages again."


def still_unsaid(found: Unsaid) -> str:
    """Say in one paragraph what is in the way, for whoever asks how a request stands."""
    return f"{UNASKED.sign} {_why(', '.join(place(one) for one in found.to[:5]), found)}"
