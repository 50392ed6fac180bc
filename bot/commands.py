"""From a line that was understood to its answer: one use case and one view each."""

from collections.abc import Callable
from typing import TypeVar

from bot.grammar.correct import onward
from bot.grammar.line import Line, Verb
from bot.incident import stop_or_go_on
from bot.services import Services
from daypass.adapters.slack.blocks import Message, View
from daypass.adapters.slack.views import about, catalog, deny, extension, lists, receipt
from daypass.adapters.slack.views.refusal import refusal
from daypass.domain.errors import OutsideError, RefusedError
from daypass.domain.ids import PersonId, read_id
from daypass.domain.reasons import NotPending, UnknownRequest
from daypass.domain.request import Request, RequestState
from daypass.usecases.requests import browse
from daypass.usecases.requests.browse import Browse
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.shorten import Shorten, shorten
from daypass.usecases.requests.submit import Submit, submit

_Said = TypeVar("_Said", bound=Message | None)


def answer(line: Line, actor: PersonId, services: Services) -> Message:
    """Do what `line` says as `actor`; a refusal comes with the line that would be right, if any."""
    return unless_refused(line, lambda: _done(line, actor, services), services)


def unless_refused(line: Line, work: Callable[[], _Said], services: Services) -> _Said | Message:
    """Return what `work` answers to `line`, or the refusal with the right line, if there is one."""
    try:
        return work()
    except RefusedError as error:
        return refusal(
            error.reasons,
            *(f"{services.scene.command} {better}" for better in onward(line, error.reasons)),
        )


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
    return deny.deny_view(_pending(found, target), services.scene)


def _pending(found: Request | None, target: str) -> Request:
    if found is None:
        raise RefusedError(UnknownRequest(text=target))
    if found.state is not RequestState.PENDING:
        raise RefusedError(NotPending(request=found.id, state=found.state, by=found.decided_by))
    return found


def _done(line: Line, actor: PersonId, services: Services) -> Message:
    match line.verb:
        case Verb.TO | Verb.APPROVE | Verb.DENY | Verb.CANCEL | Verb.RELEASE | Verb.REVOKE:
            return _changed(line, actor, services)
        case Verb.EXTEND | Verb.SHORTEN:
            return _moved(line, actor, services)
        case Verb.FREEZE | Verb.THAW:
            return stop_or_go_on(line, actor, services)
        case Verb.HELP:
            return about.usage(services.scene)
        case _:
            return _shown(line.verb, Browse(actor=actor, words=line.words), services)


def _changed(line: Line, actor: PersonId, services: Services) -> Message:
    ports, scene = services.ports, services.scene
    match line.verb:
        case Verb.TO:
            return receipt.receipt(submit(_submit(line, actor), ports), scene)
        case Verb.APPROVE | Verb.DENY:
            return receipt.decided(decide(_decide(line, actor), ports), scene)
        case Verb.CANCEL:
            return receipt.cancelled(cancel(Cancel(actor=actor, target=line.target), ports), scene)
        case Verb.RELEASE:
            return receipt.ending(release(Release(actor=actor, target=line.target), ports), scene)
        case _:
            over = end(End(actor=actor, target=line.target, reason=line.reason), ports)
            return receipt.ending(over, scene)


def _moved(line: Line, actor: PersonId, services: Services) -> Message:
    target, length, why = line.target, line.duration, line.reason
    if line.verb is Verb.EXTEND or length is None:
        more = Extend(actor=actor, target=target, length=length, reason=why)
        return extension.extending(extend(more, services.ports), services.scene)
    less = Shorten(actor=actor, target=target, length=length, reason=why)
    return extension.shortened(shorten(less, services.ports), services.scene)


def _shown(verb: Verb, look: Browse, services: Services) -> Message:
    ports, scene = services.ports, services.scene
    match verb:
        case Verb.CATALOG:
            return catalog.catalog(browse.catalog(look, ports), scene)
        case Verb.REQUESTS:
            return lists.requests(browse.requests(look, ports), scene)
        case Verb.STATUS:
            return lists.status(browse.status(look, ports), scene)
        case Verb.LEASES:
            return lists.leases(browse.leases(look, ports), scene)
        case _:
            return about.whoami(browse.whoami(look, ports))


def _submit(line: Line, actor: PersonId) -> Submit:
    return Submit(
        actor=actor,
        cluster=line.target,
        levels=line.levels,
        namespaces=line.namespaces,
        duration=line.duration,
        reason=line.reason,
    )


def _decide(line: Line, actor: PersonId) -> Decide:
    return Decide(
        actor=actor,
        target=line.target,
        yes=line.verb is Verb.APPROVE,
        reason=line.reason,
        duration=line.duration,
    )
