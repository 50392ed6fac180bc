"""Commands that look into clusters: `discover`, `who`, `can-i`, `details`."""

from dataclasses import replace

from bot.grammar.line import Line, write
from bot.services import Services
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.views.adding import detailed
from daypass.adapters.slack.views.can_i import answered
from daypass.adapters.slack.views.discover import discovered
from daypass.adapters.slack.views.who import present
from daypass.domain.ids import PersonId
from daypass.usecases.requests import can_i as can
from daypass.usecases.requests import details as adding
from daypass.usecases.requests import discover as discovering
from daypass.usecases.requests import who as asking


def discover(line: Line, actor: PersonId, services: Services) -> Message:
    """`discover CLUSTER [WORD…] [--kind …] [--namespace …] [--page N]`."""
    wanted = discovering.Discover(
        actor=actor,
        cluster=line.target,
        words=line.words[1:],
        kind=line.kind,
        namespaces=line.namespaces,
        page=line.page,
    )
    found = discovering.discover(wanted, services.ports)
    return discovered(found, services.scene, _next(line, services))


def who(line: Line, actor: PersonId, services: Services) -> Message:
    """`who CLUSTER [NAMESPACE…] [--page N]`."""
    wanted = asking.Who(
        actor=actor,
        cluster=line.target,
        namespaces=(*line.words[1:], *line.namespaces),
        page=line.page,
    )
    return present(asking.who(wanted, services.ports), services.scene, _next(line, services))


def can_i(line: Line, actor: PersonId, services: Services) -> Message:
    """`can-i VERB RESOURCE[/NAME] [-n NS] [--on CLUSTER]`, or what Kubernetes said."""
    verb, what = line.words
    wanted = can.CanI(
        actor=actor,
        verb=verb,
        what=what,
        namespace="".join(line.namespaces[:1]),
        subresource=line.part,
        cluster=line.cluster,
        person=line.person,
        heard_of=line.heard_of,
    )
    found = can.can_i(wanted, services.ports)
    clusters = services.ports.catalog.clusters
    again = {name: _typed(replace(line, cluster=name), services) for name in clusters}
    return answered(found, services.scene, again)


def details(line: Line, actor: PersonId, services: Services) -> Message:
    """`details ID`, `details CLUSTER LEVEL`, each with `[--page N]`."""
    level = "".join(line.words[1:2])
    wanted = adding.Details(actor=actor, target=line.target, level=level, page=line.page)
    return detailed(adding.details(wanted, services.ports), _next(line, services))


def _next(line: Line, services: Services) -> str:
    return _typed(replace(line, page=line.page + 1), services)


def _typed(line: Line, services: Services) -> str:
    return f"{services.scene.command} {write(line)}"
