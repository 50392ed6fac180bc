"""`daypass config`: is a daypass.yaml right, and what does it come to."""

import argparse
import json
from collections.abc import Iterator, Mapping

from daypass.adapters.yaml import json_schema, load
from daypass.adapters.yaml.warnings import asks
from daypass.cli.leading import leading
from daypass.cli.wiring import ledger
from daypass.domain.catalog import Catalog, Cluster, Level, Principal, RiskRule, Step, Workflow
from daypass.domain.duration import write_duration
from daypass.domain.reasons import either
from daypass.environment import PREFIX


def check(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """Return what the file comes to; ConfigurationError holds every fault."""
    configuration = load(given.file)
    lines = [f"{given.file} is right; its rules have version {configuration.catalog.version}."]
    lines += summary(configuration.catalog)
    if given.risks:
        ports = ledger({**environ, f"{PREFIX}CONFIG": str(given.file)})
        lines += leading(configuration.catalog, ports.store.seen(), ports.clock.now())
    lines += ["", *(f"warning: {warning}" for warning in configuration.warnings)]
    return "\n".join(lines)


def schema(_given: argparse.Namespace, _environ: Mapping[str, str]) -> str:
    """Return the JSON Schema of daypass.yaml."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False)


def summary(catalog: Catalog) -> Iterator[str]:
    """Say in lines which clusters and levels there are, and who may ask for what."""
    yield "\nClusters"
    yield from (f"  {_cluster(cluster)}" for cluster in catalog.clusters.values())
    yield "\nLevels"
    yield from (f"  {_level(catalog, level)}" for level in catalog.levels)
    yield "\nWorkflows, the first that matches decides"
    for workflow in catalog.workflows:
        yield from (f"  {line}" for line in _workflow(catalog, workflow))


def _cluster(one: Cluster) -> str:
    labels = ", ".join(f"{key}: {value}" for key, value in one.labels.items())
    return f"{one.name} ({labels})" if labels else one.name


def _level(catalog: Catalog, one: Level) -> str:
    """Say what a level means; where its name means several things, on which clusters."""
    alone = sum(other.name == one.name for other in catalog.levels) == 1
    here = [cluster.name for cluster in catalog.clusters.values() if one.clusters.selects(cluster)]
    name = one.name if alone else f"{one.name} on {', '.join(here)}"
    return f"{name}: {one.summary} ({_means(one)})"


def _means(one: Level) -> str:
    if one.role is None:
        return f"group {one.group}"
    if one.cluster_wide:
        return f"{one.role} cluster-wide"
    where = one.namespaces or one.choose
    return f"{one.role} in {'one of ' if one.choose else ''}{', '.join(where)}"


def _workflow(catalog: Catalog, one: Workflow) -> Iterator[str]:
    yield f"{one.name}: {_people(one.requesters)} may ask for"
    asked = asks(catalog, one)
    for cluster in catalog.clusters:
        if levels := [level for where, level in asked if where == cluster]:
            yield f"  on {cluster}: {', '.join(levels)}"
    if one.default_level:
        yield f"  {one.default_level} if they name no level, where it is offered"
    default, most = write_duration(one.default_duration), write_duration(one.max_duration)
    yield f"  for {default} if they say nothing, {most} at most"
    yield f"  {_approval(one)}"
    yield from (f"  {line}" for line in _by_risk(one.risk))


def _by_risk(rule: RiskRule) -> Iterator[str]:
    """Say what is otherwise by what a level's role leads to."""
    if rule.refuse:
        yield f"never what leads to {either(rule.refuse)}"
    if rule.step is not None:
        yield f"approved by {_step(rule.step)}, too, what leads to {either(rule.asks)}"
    if rule.most is not None:
        yield f"for {write_duration(rule.most)} at most what leads to {either(rule.short)}"


def _approval(one: Workflow) -> str:
    if not one.steps:
        return "granted automatically"
    steps = ", then ".join(map(_step, one.steps))
    return f"approved by {steps}; asked in {one.channel}, for {write_duration(one.timeout)}"


def _step(step: Step) -> str:
    return f"{step.count} of {_people(step.by)}"


def _people(principals: tuple[Principal, ...]) -> str:
    return ", ".join(map(str, principals))
