"""What is allowed but probably not meant; `daypass config check` shows it, nothing stops."""

from collections.abc import Iterator, Mapping

from daypass.adapters.yaml.faults import Faults
from daypass.adapters.yaml.source import Where
from daypass.domain.catalog import Catalog, Principal, Workflow, matches
from daypass.domain.levels import levels_on, names_of
from daypass.domain.near import UNHEARD, confusable

Asks = tuple[tuple[str, str], ...]
"""Pairs of cluster and level, in the order of the file."""


def warnings(catalog: Catalog, faults: Faults) -> tuple[str, ...]:
    """Say what could be a slip, in the form of a fault."""
    places = [("workflows", number) for number in range(len(catalog.workflows))]
    found = [
        faults.note(place, text)
        for place, workflow in zip(places, catalog.workflows, strict=True)
        for text in _of_workflow(catalog, workflow)
    ]
    asked = {level for one in catalog.workflows for _, level in asks(catalog, one)}
    idle = [name for name in names_of(catalog) if name not in asked]
    found += [faults.note(("levels", name), "no workflow lets anybody ask for it") for name in idle]
    return (*found, *_taken_for_one(catalog, faults))


def asks(catalog: Catalog, workflow: Workflow) -> Asks:
    """Return what a workflow is about, whoever asks."""
    return tuple(
        (cluster.name, level.name)
        for cluster in catalog.clusters.values()
        if workflow.clusters.selects(cluster)
        for level in levels_on(cluster.name, catalog)
        if matches(level.name, workflow.levels)
    )


def _taken_for_one(catalog: Catalog, faults: Faults) -> Iterator[str]:
    """Name what people take for one: to Kubernetes, and to Daypass, each is another."""
    for kind, places in _named(catalog).items():
        for several in confusable(places):
            said = f"{kind} {', '.join(several)}: they differ only by {UNHEARD}, and are never one"
            yield faults.note(places[several[-1]], said)


def _named(catalog: Catalog) -> Mapping[str, Mapping[str, Where]]:
    """Return where names of each kind stand."""
    levels = catalog.levels
    return {
        "clusters": {name: ("clusters", name) for name in catalog.clusters},
        "teams": {name: ("teams", name) for name in catalog.teams},
        "levels": {name: ("levels", name) for name in names_of(catalog)},
        "groups": {one.group: ("levels", one.name) for one in levels if one.group},
        "roles": {one.role.name: ("levels", one.name) for one in levels if one.role is not None},
        "namespaces": {
            namespace: ("levels", one.name) for one in levels for namespace in one.namespaces
        },
    }


def _of_workflow(catalog: Catalog, workflow: Workflow) -> Iterator[str]:
    mine = asks(catalog, workflow)
    if not mine:
        yield "matches no level on any cluster, so it never decides anything"
    elif first := _hidden_by(catalog, workflow, mine):
        yield f"never decides anything: workflow {first} comes first and covers all of it"
    if first := _outspoken_by(catalog, workflow):
        yield f"its default_level is never meant: the one of workflow {first} comes first"
    if workflow.self_approval and workflow.every_step:
        yield "requesters may approve their own requests (self_approval)"


def _hidden_by(catalog: Catalog, workflow: Workflow, mine: Asks) -> str:
    for earlier in catalog.workflows[: catalog.workflows.index(workflow)]:
        if _asks_for_all(catalog, earlier, workflow) and set(mine) <= set(asks(catalog, earlier)):
            return earlier.name
    return ""


def _outspoken_by(catalog: Catalog, workflow: Workflow) -> str:
    """Name the workflow whose default holds wherever, and for whom, that of another would."""
    mine = _defaults(catalog, workflow)
    for earlier in catalog.workflows[: catalog.workflows.index(workflow)] if mine else ():
        if _asks_for_all(catalog, earlier, workflow) and mine <= _defaults(catalog, earlier):
            return earlier.name
    return ""


def _defaults(catalog: Catalog, workflow: Workflow) -> set[str]:
    """Return the clusters on which the default of a workflow can be meant."""
    asked = asks(catalog, workflow)
    return {cluster for cluster, level in asked if level == workflow.default_level}


def _asks_for_all(catalog: Catalog, earlier: Workflow, workflow: Workflow) -> bool:
    """Whether the requesters of `workflow` are all among those of `earlier`."""
    everyone = any(_is_everyone(catalog, requester) for requester in earlier.requesters)
    return everyone or set(workflow.requesters) <= set(earlier.requesters)


def _is_everyone(catalog: Catalog, one: Principal) -> bool:
    return one.team in catalog.teams and catalog.teams[one.team].everyone
