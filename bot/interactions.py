"""One function per thing that a person can do in Slack: ack, understand, run the use case, answer.

Every one acks before it works: the work may need Slack or Redis, the ack may not wait for either.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from slack_bolt import Ack, App

from bot.commands import COMMANDS, deny_form
from bot.errors import Body, ErrorHandler
from bot.grammar.line import Line, Verb, write
from bot.grammar.parse import REASON, Mistake, parse
from bot.incident import ask_to_type, end_all, mistyped
from bot.payloads import Click, SlashCommand, Submission, read
from bot.services import Interaction, Services, respond
from bot.texts import blank, outdated
from daypass.adapters.slack import actions as act
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.views.refusal import refusal_of
from daypass.domain.duration import DurationError, read_duration
from daypass.domain.errors import PermanentOutsideError, RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.reasons import UnknownRequest
from daypass.domain.unseen import says_nothing

ANYTHING: Final = re.compile(".*", re.DOTALL)
Meaning = Callable[[Click], Line]
"""What a click means, as the line that could be typed instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interactions:
    """Bolt calls these by the names of their arguments, in threads of its executor."""

    services: Services

    def command(self, ack: Ack, body: Body) -> None:
        """`/access …`."""
        ack()
        slash = read(SlashCommand, body)
        typed = parse(slash.text)
        interaction = Interaction(
            key=f"slash:{slash.trigger_id}",
            tell=lambda said: self.services.responder.answer(slash.response_url, slash.actor, said),
            line=slash.text.strip(),
            meant=typed if isinstance(typed, Line) else None,
        )
        respond(interaction, lambda: self._do_typed(typed, slash), self.services)

    def _do_typed(self, typed: Line | Mistake, slash: SlashCommand) -> Message | None:
        if isinstance(typed, Mistake):
            lines = [f"{self.services.scene.command} {line}" for line in typed.lines]
            return refusal_of(typed.problems, *lines)
        if typed.revokes_all:
            return ask_to_type(typed, slash, self.services)
        return COMMANDS[typed.verb](typed, slash.actor, self.services)

    def button(self, meaning: Meaning) -> Callable[[Ack, Body], None]:
        """Return the listener of a button, or a menu, that does what its line would."""

        def clicked(ack: Ack, body: Body) -> None:
            ack()
            click = read(Click, body)
            interaction = self._click(click, _understood(meaning, click))
            respond(interaction, lambda: self._do(meaning(click), click.actor), self.services)

        return clicked

    def _do(self, line: Line, actor: PersonId) -> Message:
        if not line.target:  # Typed, it would mean the only request that fits.
            raise RefusedError(UnknownRequest(text=""))
        return COMMANDS[line.verb](line, actor, self.services)

    def deny(self, ack: Ack, body: Body) -> None:
        """The button that says no: opens the modal that asks why, first thing."""
        ack()
        click = read(Click, body)
        line = Line(verb=Verb.DENY, words=(click.value,), reason=REASON)
        respond(self._click(click, line), lambda: self._ask_why(click), self.services)

    def _ask_why(self, click: Click) -> None:
        self.services.responder.open(click.trigger_id, deny_form(click.value, self.services))

    def denied(self, ack: Ack, body: Body) -> None:
        """The modal came back; a modal has no address for answers, so news go to the person."""
        sent = read(Submission, body)
        if says_nothing(sent.reason):
            ack(response_action="errors", errors={act.DENY_REASON_BLOCK: blank()})
            return
        ack()
        line = Line(verb=Verb.DENY, words=(sent.view.private_metadata,), reason=sent.reason)
        respond(self._sent(sent, line), lambda: self._do(line, sent.actor), self.services)

    def all_revoked(self, ack: Ack, body: Body) -> None:
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
        respond(self._click(click), lambda: outdated(self.services.scene), self.services)

    def other_command(self, ack: Ack, _body: Body) -> None:
        """A slash command that is not ours by its name."""
        ack(outdated(self.services.scene)["text"])

    def nothing(self, ack: Ack, _body: Body) -> None:
        """Anything else that Slack sends needs an ack, or the person sees an error."""
        ack()

    def _click(self, click: Click, line: Line | None = None) -> Interaction:
        return Interaction(
            key=f"click:{click.value}:{click.actor}:{click.action.action_ts}",
            tell=lambda said: self.services.responder.answer(click.response_url, click.actor, said),
            line=write(line) if line is not None else "",
            meant=line,
        )

    def _sent(self, sent: Submission, line: Line | None = None) -> Interaction:
        return Interaction(
            key=f"view:{sent.view.id}:{sent.view.hash}",
            tell=lambda said: self.services.responder.direct(sent.actor, said),
            line=write(line) if line is not None else "",
            meant=line,
        )


def register(app: App, interactions: Interactions, errors: ErrorHandler) -> None:
    """Tie listeners to what Slack sends; the first that matches wins, so catch-alls come last."""
    safe = errors.guarded
    app.command(interactions.services.scene.command)(safe(interactions.command))
    for action, meant in BUTTONS.items():
        app.action(action)(safe(interactions.button(meant)))
    app.action(act.DENY)(safe(interactions.deny))
    app.view(act.DENY_VIEW)(safe(interactions.denied))
    app.view(act.REVOKE_ALL_VIEW)(safe(interactions.all_revoked))
    app.command(ANYTHING)(safe(interactions.other_command))
    app.action(ANYTHING)(safe(interactions.unknown))
    for rest in (app.view, app.shortcut, app.options):
        rest(ANYTHING)(safe(interactions.nothing))


def _understood(meaning: Meaning, click: Click) -> Line | None:
    """Return what could be typed instead; None where Slack sent what we never offered."""
    try:
        return meaning(click)
    except PermanentOutsideError:
        return None


def _shorter(click: Click) -> Line:
    chosen = click.action.selected_option
    try:
        duration = read_duration(chosen.value if chosen else "")
    except DurationError as error:
        raise PermanentOutsideError("Slack sent a choice that we never offered") from error
    return replace(_approved(click), duration=duration)


def _approved(click: Click) -> Line:
    """A yes is to what stood there."""
    return Line(verb=Verb.APPROVE, words=(click.value,), read=click.edition)


def _rules(click: Click) -> Line:
    cluster, _, key = click.value.partition(" ")
    return Line(verb=Verb.DISCOVER, words=(cluster, key))


def _details(click: Click) -> Line:
    """The button names a request, or a level of a cluster."""
    target, _, level = click.value.partition(" ")
    return Line(verb=Verb.DETAILS, words=(target, level) if level else (target,))


def _meaning(verb: Verb) -> Meaning:
    return lambda click: Line(verb=verb, words=(click.value,))


BUTTONS: Final[Mapping[str, Meaning]] = {
    act.APPROVE: _approved,
    act.APPROVE_SHORTER: _shorter,
    act.REVOKE: _meaning(Verb.REVOKE),
    act.EXTEND: _meaning(Verb.EXTEND),
    act.RELEASE: _meaning(Verb.RELEASE),
    act.CANCEL: _meaning(Verb.CANCEL),
    act.RULES: _rules,
    act.DETAILS: _details,
}
"""What a click on each means."""
