"""From a line that was understood to its answer: one use case and one view for each verb."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bot import incident, looking
from bot.grammar.line import Line, Verb
from bot.services import Services
from daypass.adapters.slack.blocks import Message, View
from daypass.adapters.slack.views import about, catalog, checked, deny, extension, lists, receipt
from daypass.domain.errors import BrokenInvariantError, OutsideError, RefusedError
from daypass.domain.ids import PersonId, read_id
from daypass.domain.lease import Lease
from daypass.domain.reasons import NotPending, UnknownRequest
from daypass.domain.request import Request, RequestState
from daypass.usecases.requests import browse
from daypass.usecases.requests.browse import Browse
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.check_name import CheckName, check_name
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.details import preview
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.shorten import Shorten, shorten
from daypass.usecases.requests.submit import Submit, submit
from daypass.usecases.shared.standing import silent

Command = Callable[[Line, PersonId, Services], Message]
"""Does what a line says as that person; raises RefusedError where it may not be."""


def deny_form(target: str, services: Services) -> View:
    """Return the modal that asks why; with what is known of the request, if it can be had at once.

    Raises RefusedError where nobody needs to say why any more.
    """
    read = read_id(target)
    if read is None:
        raise RefusedError(UnknownRequest(text=target))
    try:
        found = services.ports.store.request(read[0])
    except OutsideError:
        return deny.deny_view_of(read[0])
    return deny.deny_view(_waiting(found, target), services.scene)


def _waiting(found: Request | None, target: str) -> Request:
    if found is None:
        raise RefusedError(UnknownRequest(text=target))
    if found.state is not RequestState.PENDING:
        raise RefusedError(NotPending(request=found.id, state=found.state, by=found.decided_by))
    return found


def _submit(line: Line, actor: PersonId, services: Services) -> Message:
    asked = Submit(
        actor=actor,
        cluster=line.target,
        levels=line.levels,
        namespaces=line.namespaces,
        duration=line.duration,
        reason=line.reason,
    )
    return receipt.receipt(submit(asked, services.ports), services.scene)


def _decide(line: Line, actor: PersonId, services: Services) -> Message:
    answered = Decide(
        actor=actor,
        target=line.target,
        yes=line.verb is Verb.APPROVE,
        reason=line.reason,
        duration=line.duration,
        read=line.read,
    )
    return receipt.decided(decide(answered, services.ports), services.scene)


def _cancel(line: Line, actor: PersonId, services: Services) -> Message:
    taken_back = cancel(Cancel(actor=actor, target=line.target), services.ports)
    return receipt.cancelled(taken_back, services.scene)


def _release(line: Line, actor: PersonId, services: Services) -> Message:
    return _ending(release(Release(actor=actor, target=line.target), services.ports), services)


def _revoke(line: Line, actor: PersonId, services: Services) -> Message:
    command = End(actor=actor, target=line.target, reason=line.reason)
    return _ending(end(command, services.ports), services)


def _ending(over: Sequence[Lease], services: Services) -> Message:
    return receipt.ending(over, services.scene, _silent(over, services))


def _silent(leases: Sequence[Lease], services: Services) -> Sequence[str]:
    """Name the clusters that do not answer; what was decided is said whatever the store says."""
    try:
        return silent({lease.cluster for lease in leases}, services.ports)
    except OutsideError:
        return ()


def _extend(line: Line, actor: PersonId, services: Services) -> Message:
    more = Extend(actor=actor, target=line.target, length=line.duration, reason=line.reason)
    return extension.extending(extend(more, services.ports), services.scene)


def _shorten(line: Line, actor: PersonId, services: Services) -> Message:
    if line.duration is None:  # The grammar lets no such line through; more time it must not mean.
        raise BrokenInvariantError("a line that shortens says by how much")
    less = Shorten(actor=actor, target=line.target, length=line.duration, reason=line.reason)
    cut = shorten(less, services.ports)
    return extension.shortened(cut, services.scene, _silent([cut], services))


def _show_catalog(look: Browse, services: Services) -> Message:
    found = browse.catalog(look, services.ports)
    look_in = partial(preview, found, look.actor, services.ports)
    adds = services.turns.spared(look_in) if len(found) == 1 else None
    return catalog.catalog(found, services.scene, adds)


def _show_requests(look: Browse, services: Services) -> Message:
    return lists.requests(browse.requests(look, services.ports), services.scene)


def _show_status(look: Browse, services: Services) -> Message:
    found = browse.status(look, services.ports)
    look_in = partial(browse.adding, found, services.ports)
    adds = services.turns.spared(look_in) if found.adds_something else None
    return lists.status(replace(found, gained=adds), services.scene)


def _show_leases(look: Browse, services: Services) -> Message:
    unlooked = browse.unlooked_at(services.ports)  # First: what is found meanwhile is listed.
    return lists.leases(browse.leases(look, services.ports), services.scene, unlooked)


def _show_whoami(look: Browse, services: Services) -> Message:
    return about.whoami(browse.whoami(look, services.ports), services.scene)


def _show_help(_line: Line, _actor: PersonId, services: Services) -> Message:
    return about.usage(services.scene)


def _looking(show: Callable[[Browse, Services], Message]) -> Command:
    return lambda line, actor, services: show(Browse(actor=actor, words=line.words), services)


def _whoami(line: Line, actor: PersonId, services: Services) -> Message:
    if not line.checks:
        return _by_turns(_looking(_show_whoami))(line, actor, services)
    wanted = CheckName(actor=actor, cluster=line.cluster, said=line.heard_of)
    return checked.checked(check_name(wanted, services.ports), services.scene)


def _by_turns(command: Command) -> Command:
    """What reads the whole picture of a cluster waits for others that do."""

    def when_it_is_time(line: Line, actor: PersonId, services: Services) -> Message:
        with services.turns.taken():
            return command(line, actor, services)

    return when_it_is_time


COMMANDS: Final[Mapping[Verb, Command]] = {
    Verb.TO: _submit,
    Verb.CATALOG: _looking(_show_catalog),
    Verb.REQUESTS: _looking(_show_requests),
    Verb.STATUS: _looking(_show_status),
    Verb.LEASES: _looking(_show_leases),
    Verb.DISCOVER: _by_turns(looking.discover),
    Verb.WHO: _by_turns(looking.who),
    Verb.CAN_I: _by_turns(looking.can_i),
    Verb.DETAILS: _by_turns(looking.details),
    Verb.APPROVE: _decide,
    Verb.DENY: _decide,
    Verb.CANCEL: _cancel,
    Verb.EXTEND: _extend,
    Verb.SHORTEN: _shorten,
    Verb.RELEASE: _release,
    Verb.REVOKE: _revoke,
    Verb.FREEZE: incident.freeze,
    Verb.THAW: incident.thaw,
    Verb.WHOAMI: _whoami,
    Verb.HELP: _show_help,
}
"""What each verb does; `revoke all …` has a modal of its own, before it comes to this."""
