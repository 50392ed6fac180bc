"""What administrators do in an incident: end everything, freeze, thaw; judged anew at each step."""

from typing import Final

from bot.grammar.line import Line
from bot.grammar.scope import OF, ON
from bot.payloads import SlashCommand, Submission
from bot.services import Services
from daypass.adapters.slack import actions as act
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.views import revoke_all as views
from daypass.domain.errors import BrokenInvariantError, OutsideError, RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.people import Person
from daypass.domain.policy import unfit
from daypass.usecases.incident.administer import administrator
from daypass.usecases.incident.freeze import FreezeGrants, ThawGrants
from daypass.usecases.incident.freeze import freeze as freeze_grants
from daypass.usecases.incident.freeze import thaw as thaw_grants
from daypass.usecases.incident.revoke_all import Reach, RevokeAll, affected, partly, revoke_all

_WRONG: Final = f"That is not it. Type “{act.PHRASE}” to end all of it, or go back."


def ask_to_type(line: Line, slash: SlashCommand, services: Services) -> Message | None:
    """Open the modal that asks before it all ends, or say that there is nothing to end.

    Raises RefusedError for whoever is no administrator, and for names nobody ever had.
    """
    _administrator(slash.actor, services)
    refused, reach = tuple(unfit(line.reason)), _reach(line)
    if refused:
        raise RefusedError(*refused)
    found = affected(reach, services.ports)
    if not found.standing:
        return views.nothing(found, reach, services.scene)
    services.responder.open(slash.trigger_id, views.revoke_all_view(found, reach, line.reason))
    return None


def mistyped(sent: Submission) -> dict[str, str]:
    """Say what is wrong in the modal, by field; empty where nothing is."""
    phrase = _text(sent, act.REVOKE_ALL_PHRASE_BLOCK).strip("“”\"'` ").lower()
    if " ".join(phrase.split()) != act.PHRASE:
        return {act.REVOKE_ALL_PHRASE_BLOCK: _WRONG}
    wrong = [str(one) for one in unfit(_text(sent, act.REVOKE_ALL_REASON_BLOCK))]
    return {act.REVOKE_ALL_REASON_BLOCK: " ".join(wrong)} if wrong else {}


def end_all(sent: Submission, services: Services) -> Message:
    """Freeze first, if that was ticked, so that nothing new comes up behind; then end it all."""
    person = _administrator(sent.actor, services)
    reach = views.read_reach(sent.view.private_metadata)
    why = _text(sent, act.REVOKE_ALL_REASON_BLOCK)
    frozen = None
    if views.FREEZE in sent.ticked(act.REVOKE_ALL_FREEZE_BLOCK, act.REVOKE_ALL_INPUT):
        on = (reach.cluster,) if reach.cluster else ()
        frozen = freeze_grants(
            FreezeGrants(actor=person.id, by=person.id, why=why, clusters=on), services.ports
        )
    command = RevokeAll(reach=reach, actor=person.id, by=person.id, why=why)
    try:
        done = revoke_all(command, services.ports)
    except OutsideError as error:
        raise partly(error) if frozen is not None else error from error
    return views.all_revoked(done, frozen, services.scene)


def freeze(line: Line, actor: PersonId, services: Services) -> Message:
    """Freeze; raises RefusedError for whoever is no administrator."""
    person = _administrator(actor, services, verb=line.verb, what="grants")
    command = FreezeGrants(actor=person.id, by=person.id, why=line.reason, clusters=line.words)
    return views.frozen(freeze_grants(command, services.ports), services.scene)


def thaw(line: Line, actor: PersonId, services: Services) -> Message:
    """Thaw; raises RefusedError for whoever is no administrator."""
    person = _administrator(actor, services, verb=line.verb, what="grants")
    command = ThawGrants(actor=person.id, why=line.reason, clusters=line.words)
    return views.thawed(thaw_grants(command, services.ports), services.scene)


def _administrator(
    actor: PersonId,
    services: Services,
    *,
    verb: str = "revoke",
    what: str = "what others hold, all at once",
) -> Person:
    return administrator(actor, services.ports, verb=verb, what=what)


def _reach(line: Line) -> Reach:
    match line.words[1:]:
        case (word, cluster) if word == ON:
            return Reach(cluster=cluster)
        case (word, person) if word == OF:
            return Reach(person=person)
        case ():
            return Reach()
        case _:  # The grammar lets no such line through; everything it must not mean.
            raise BrokenInvariantError("a line that revokes all says of what")


def _text(sent: Submission, block: str) -> str:
    return sent.text(block, act.REVOKE_ALL_INPUT)
