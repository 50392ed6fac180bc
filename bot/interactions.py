"""One function per thing that a person can do in Slack: ack, understand, run the use case, answer.

Every one acks before it works: the work may need Slack or Redis, the ack may not wait for either.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from slack_bolt import Ack, App

from bot.commands import answer, deny_form, unless_refused
from bot.errors import Body, ErrorHandler
from bot.grammar.line import Line, Verb, write
from bot.grammar.parse import REASON, parse
from bot.incident import ask_to_type, end_all, mistyped
from bot.payloads import Click, SlashCommand, Submission, read
from bot.services import Interaction, Services, respond
from bot.texts import blank, outdated
from daypass.adapters.slack import actions as act
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.views.refusal import refusal_of
from daypass.domain.duration import DurationError, read_duration
from daypass.domain.errors import PermanentOutsideError, RefusedError
from daypass.domain.reasons import UnknownRequest
from daypass.domain.unseen import says_nothing

ANYTHING: Final = re.compile(".*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interactions:
    """Bolt calls these by the names of their arguments, in threads of its executor."""

    services: Services

    def command(self, ack: Ack, body: Body) -> None:
        """`/access …`."""
        ack()
        slash = read(SlashCommand, body)
        interaction = Interaction(
            key=f"slash:{slash.trigger_id}",
            tell=lambda said: self.services.responder.answer(slash.response_url, slash.actor, said),
            line=slash.text.strip(),
        )
        respond(interaction, lambda: self._commanded(slash), self.services)

    def _commanded(self, slash: SlashCommand) -> Message | None:
        read_line = parse(slash.text)
        if isinstance(read_line, Line) and read_line.panics:
            return unless_refused(
                read_line, lambda: ask_to_type(read_line, slash, self.services), self.services
            )
        if isinstance(read_line, Line):
            return answer(read_line, slash.actor, self.services)
        lines = [f"{self.services.scene.command} {line}" for line in read_line.lines]
        return refusal_of(read_line.problems, *lines)

    def button(self, meant: Callable[[Click], Line]) -> Callable[[Ack, Body], None]:
        """Return the listener of a button, or a menu, that does what its line would."""

        def clicked(ack: Ack, body: Body) -> None:
            ack()
            click = read(Click, body)
            interaction = self._interaction(click, _written(meant, click))
            work = lambda: answer(_named(meant(click)), click.actor, self.services)  # noqa: E731 - once, here
            respond(interaction, work, self.services)

        return clicked

    def deny(self, ack: Ack, body: Body) -> None:
        """The button that says no: opens the modal that asks why, first thing."""
        ack()
        click = read(Click, body)
        line = Line(verb=Verb.DENY, words=(click.value,), reason=REASON)
        respond(
            self._interaction(click, write(line)), lambda: self._asked_why(click), self.services
        )

    def _asked_why(self, click: Click) -> None:
        self.services.responder.open(click.trigger_id, deny_form(click.value, self.services))

    def denied(self, ack: Ack, body: Body) -> None:
        """The modal came back; a modal has no address for answers, so news go to the person."""
        sent = read(Submission, body)
        if says_nothing(sent.reason):
            ack(response_action="errors", errors={act.DENY_REASON_BLOCK: blank()})
            return
        ack()
        line = Line(verb=Verb.DENY, words=(sent.view.private_metadata,), reason=sent.reason)
        work = lambda: answer(_named(line), sent.actor, self.services)  # noqa: E731 - once, here
        respond(self._sent(sent, line), work, self.services)

    def panicked(self, ack: Ack, body: Body) -> None:
        """The modal came back that wants a phrase typed before everything ends."""
        sent = read(Submission, body)
        if wrong := mistyped(sent):
            ack(response_action="errors", errors=wrong)
            return
        ack()
        respond(self._sent(sent), lambda: end_all(sent, self.services), self.services)

    def unknown(self, ack: Ack, body: Body) -> None:
        """A click on what this version does not have."""
        ack()
        click = read(Click, body)
        respond(self._interaction(click), lambda: outdated(self.services.scene), self.services)

    def other_command(self, ack: Ack, _body: Body) -> None:
        """A slash command that is not ours by its name."""
        ack(outdated(self.services.scene)["text"])

    def nothing(self, ack: Ack, _body: Body) -> None:
        """Anything else that Slack sends needs an ack, or the person sees an error."""
        ack()

    def _interaction(self, click: Click, line: str = "") -> Interaction:
        return Interaction(
            key=f"click:{click.value}:{click.actor}:{click.action.action_ts}",
            tell=lambda said: self.services.responder.answer(click.response_url, click.actor, said),
            line=line,
        )

    def _sent(self, sent: Submission, line: Line | None = None) -> Interaction:
        return Interaction(
            key=f"view:{sent.view.id}:{sent.view.hash}",
            tell=lambda said: self.services.responder.direct(sent.actor, said),
            line=write(line) if line is not None else "",
        )


def register(app: App, interactions: Interactions, errors: ErrorHandler) -> None:
    """Tie listeners to what Slack sends; the first that matches wins, so catch-alls come last."""
    safe = errors.guarded
    app.command(interactions.services.scene.command)(safe(interactions.command))
    for action, meant in BUTTONS.items():
        app.action(action)(safe(interactions.button(meant)))
    app.action(act.DENY)(safe(interactions.deny))
    app.view(act.DENY_VIEW)(safe(interactions.denied))
    app.view(act.PANIC_VIEW)(safe(interactions.panicked))
    app.command(ANYTHING)(safe(interactions.other_command))
    app.action(ANYTHING)(safe(interactions.unknown))
    for rest in (app.view, app.shortcut, app.options):
        rest(ANYTHING)(safe(interactions.nothing))


def _named(line: Line) -> Line:
    """Refuse a click without an id: typed, it would mean the only request that fits."""
    if not line.target:
        raise RefusedError(UnknownRequest(text=""))
    return line


def _written(meant: Callable[[Click], Line], click: Click) -> str:
    """Write what could be typed instead; empty where Slack sent what we never offered."""
    try:
        return write(meant(click))
    except PermanentOutsideError:
        return ""


def _shorter(click: Click) -> Line:
    chosen = click.action.selected_option
    try:
        duration = read_duration(chosen.value if chosen else "")
    except DurationError as error:
        raise PermanentOutsideError("Slack sent a choice that we never offered") from error
    return Line(verb=Verb.APPROVE, words=(click.value,), duration=duration)


def _meaning(verb: Verb) -> Callable[[Click], Line]:
    return lambda click: Line(verb=verb, words=(click.value,))


BUTTONS: Final[Mapping[str, Callable[[Click], Line]]] = {
    act.APPROVE: _meaning(Verb.APPROVE),
    act.APPROVE_SHORTER: _shorter,
    act.REVOKE: _meaning(Verb.REVOKE),
    act.EXTEND: _meaning(Verb.EXTEND),
    act.RELEASE: _meaning(Verb.RELEASE),
    act.CANCEL: _meaning(Verb.CANCEL),
}
"""What a click means, as the line that could be typed instead."""
