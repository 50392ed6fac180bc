"""`daypass discover`: what is on a cluster as it was seen last, as a table or as JSON lines."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from daypass.cli.report import plain
from daypass.cli.wiring import ledger
from daypass.domain.duration import write_duration
from daypass.domain.errors import RefusedError
from daypass.domain.freshness import ahead
from daypass.domain.picture import About, Entry
from daypass.domain.policy import unknown_cluster
from daypass.domain.rbac.risk import risks
from daypass.domain.rbac.rules import PolicyRule
from daypass.domain.search import Query, Thing
from daypass.domain.sight import ALL
from daypass.ports import Ledger
from daypass.usecases.requests.discover import kinds
from daypass.usecases.shared.pictured import about_of, found, with_lacking

_COLUMNS: Final = ("KIND", "NAMESPACE", "NAME", "WHAT")
_WIDEST: Final = 50
"""Characters to which a column is filled up; what is longer stands whole and pushes the rest."""


def discover(given: argparse.Namespace, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield what fits, the best first; raises RefusedError where nothing was ever seen."""
    return listed(given, ledger(environ))


def listed(given: argparse.Namespace, ports: Ledger) -> Iterator[str]:
    """Yield the lines of the answer."""
    if given.cluster not in ports.catalog.clusters:
        raise RefusedError(unknown_cluster(given.cluster, ports.catalog))
    about = about_of(given.cluster, ports)
    query = Query(
        words=tuple(given.words), kinds=kinds(given.kind), namespaces=tuple(given.namespaces)
    )
    things = with_lacking(found(given.cluster, query, ALL, ledger=ports), about, ledger=ports)
    if given.json:
        return (json.dumps(_said(thing)) for thing in things)
    return _table(things, about, ports.clock.now())


def _table(things: Sequence[Thing], about: About, now: datetime) -> Iterator[str]:
    rows = [_COLUMNS, *(_row(thing) for thing in things)]
    widths = [min(max(len(row[at]) for row in rows), _WIDEST) for at in range(len(_COLUMNS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
    yield from _notes(about, now)


def _notes(about: About, now: datetime) -> Iterator[str]:
    """Say how old it is where it is old, and what is not in it."""
    if ahead(about.at, now):
        yield "Of a time to come: time has jumped back, or somebody made that up."
    elif not about.current(now):
        yield f"As it was {write_duration(now - about.at)} ago."
    for kind, why in about.unseen.items():
        yield plain(f"{kind}: not seen ({why})")
    for kind, count in about.left_out.items():
        yield f"{kind}: {count:,} too many to be kept"


def _row(thing: Thing) -> tuple[str, ...]:
    return tuple(map(plain, (thing.kind, thing.namespace or "-", thing.name, _what(thing))))


def _what(thing: Thing) -> str:
    said = [f"{one.role} ({one.namespace or 'cluster-wide'})" for one in thing.bindings]
    said += [f"and {thing.more:,} more bindings"] if thing.more else []
    if (entry := thing.entry) is not None:
        said += _of_entry(entry)
    said += [f"there is no {key}" for key in sorted(thing.lacking)]
    return ", ".join(said)


def _of_entry(entry: Entry) -> Iterator[str]:
    if entry.role is not None:
        whom = ", ".join(f"{one.kind} {one.name}" for one in entry.subjects)
        yield f"{entry.role} to {whom or 'nobody'}"
    if entry.rules:
        yield f"{len(entry.rules):,} rules"
        yield from risks(entry.rules)
    if entry.left_out:
        further = ", which may lead further" if entry.role is None else ""
        yield f"{entry.left_out:,} not kept{further}"
    yield from (f"{key}={value}" for key, value in entry.labels.items())


def _said(thing: Thing) -> Mapping[str, object]:
    """Return a thing as JSON says it, whole."""
    entry = thing.entry
    return {
        "kind": thing.kind,
        "namespace": thing.namespace,
        "name": thing.name,
        "labels": dict(entry.labels) if entry else {},
        "annotations": dict(entry.annotations) if entry else {},
        "rules": [_rule(rule) for rule in entry.rules] if entry else [],
        "risks": list(risks(entry.rules)) if entry else [],
        "role": str(entry.role) if entry and entry.role else "",
        "subjects": [f"{one.kind}/{one.name}" for one in entry.subjects] if entry else [],
        "bindings": [{"key": one.key, "role": str(one.role)} for one in thing.bindings],
        "lacking": sorted(thing.lacking),
        "left_out": (entry.left_out if entry else 0) + thing.more,
    }


def _rule(rule: PolicyRule) -> Mapping[str, object]:
    """Return a rule in Kubernetes' own words."""
    return {
        "verbs": rule.verbs,
        "apiGroups": rule.api_groups,
        "resources": rule.resources,
        "resourceNames": rule.resource_names,
        "nonResourceURLs": rule.non_resource_urls,
    }
