"""The rule book: one pure `judge` for command, button, worker and dry run (law 6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from itertools import islice
from typing import Final

from daypass.domain import reasons as no
from daypass.domain.approvers import unapprovable
from daypass.domain.catalog import MAX_REASON, Catalog, Cluster, Level, Workflow, matches
from daypass.domain.circumstances import Circumstances
from daypass.domain.discovery import Snapshot, means, missing
from daypass.domain.forbidden import forbidden
from daypass.domain.freshness import fresh
from daypass.domain.holding import Holding, taken, too_many_undecided
from daypass.domain.legible import MOST_LEVELS, illegible
from daypass.domain.levels import clusters_with, level_on, levels_on, names_of
from daypass.domain.owning import written_for_another
from daypass.domain.people import Person
from daypass.domain.planning import Choice, plan_of
from daypass.domain.rbac.meaning import UNKNOWN
from daypass.domain.rbac.risk import MEANS
from daypass.domain.reasons import Reason
from daypass.domain.request import Ask, Item, Plan
from daypass.domain.risk import met
from daypass.domain.scope import CLUSTER_WIDE, Scope, within
from daypass.domain.secrets import secret_in
from daypass.domain.sight import levels_of
from daypass.domain.unseen import says_nothing

TIMEKEEPER_SILENCE: Final = timedelta(seconds=10)
"""A hundred missed ticks: nobody can be trusted to end a lease on time any more."""
CLUSTER_WIDE_CAP: Final = 500
"""Leases per cluster; 10,000 ClusterRoleBindings made every review there three times slower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Yes, at once."""

    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsApproval:
    """Yes, once the plan's steps are met."""

    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """No; every reason that was found, at least one."""

    reasons: tuple[Reason, ...]


Verdict = Allowed | NeedsApproval | Refused


def judge(ask: Ask, given: Circumstances) -> Verdict:
    """Say whether `ask` may be had, and what it comes to."""
    cluster = given.catalog.clusters.get(ask.cluster)
    if cluster is None:
        return Refused(reasons=(unknown_cluster(ask.cluster, given.catalog), *_unknown(ask, given)))
    levels = dict.fromkeys(ask.levels)
    if len(levels) > MOST_LEVELS:
        return Refused(reasons=(no.TooManyLevels(given=len(levels), most=MOST_LEVELS),))
    found = [judge_level(ask, name, cluster=cluster, given=given) for name in levels]
    refusals = [reason for one in found if isinstance(one, tuple) for reason in one]
    chosen = [one for one in found if isinstance(one, Choice)]
    workflows = [*(choice.workflow for choice in chosen), *_others(ask, found, given)]
    refusals += _misasked(ask, workflows, given)
    if refusals or not chosen:
        return Refused(reasons=tuple(dict.fromkeys(refusals)))
    plan = plan_of(ask, chosen, given.catalog.version)
    refusals += _impossible(plan, ask, given)
    if refusals:
        return Refused(reasons=tuple(refusals))
    return NeedsApproval(plan=plan) if plan.steps else Allowed(plan=plan)


def _others(
    ask: Ask, found: Sequence[Choice | tuple[Reason, ...]], given: Circumstances
) -> Iterator[Workflow]:
    """Yield the workflows of what is refused: what it asks besides is wrong with it as well.

    Not of what is there already: that is asked for no further, and others may have more time.
    """
    cluster = given.catalog.clusters[ask.cluster]
    for name, one in zip(dict.fromkeys(ask.levels), found, strict=True):
        if isinstance(one, Choice) or all(isinstance(reason, no.Taken) for reason in one):
            continue
        if level_on(cluster.name, name, given.catalog) is not None:
            flow = given.catalog.workflow_for(ask.requester, cluster, name)
            yield from () if flow is None else (flow,)


def _unknown(ask: Ask, given: Circumstances) -> Iterator[Reason]:
    """Name the levels that no cluster has, so that one correction is enough."""
    levels = names_of(given.catalog)
    for name in islice(dict.fromkeys(ask.levels), MOST_LEVELS):
        if name not in levels:
            yield no.UnknownLevel(name=name, nearest=_close(name, list(levels)))


def judge_level(
    ask: Ask, name: str, *, cluster: Cluster, given: Circumstances
) -> Choice | tuple[Reason, ...]:
    """Judge one level of an ask by itself."""
    catalog = given.catalog
    level = level_on(cluster.name, name, catalog)
    if level is None:
        return (_not_there(name, cluster, catalog),)
    workflow = catalog.workflow_for(ask.requester, cluster, name)
    if workflow is None:
        return (no.NoWorkflow(who=ask.requester.name, level=name, cluster=cluster.name),)
    scope = _scope(level, ask.namespaces)
    if isinstance(scope, tuple):
        return scope
    choice = _choice(level, scope, workflow, seen=given.seen.get(cluster.name))
    refusals = (
        *forbidden(level, scope, username=cluster.username_of(ask.requester)),
        *_absent(level, scope, cluster=cluster.name, given=given),
        *_too_risky(choice, workflow),
        *taken(choice.item, workflow, holding=given.holding, by=ask.requester, now=given.now),
    )
    return refusals or choice


def _not_there(name: str, cluster: Cluster, catalog: Catalog) -> Reason:
    if name in names_of(catalog):
        where = tuple(one.name for one in clusters_with(name, catalog))
        return no.NotOffered(level=name, cluster=cluster.name, offered_on=where)
    offered = [one.name for one in levels_on(cluster.name, catalog)]
    return no.UnknownLevel(name=name, nearest=_close(name, offered))


def offered_there(name: str, scope: Scope, *, cluster: Cluster, catalog: Catalog) -> bool:
    """Whether a level may be asked for on a cluster, and in each of those places."""
    level = level_on(cluster.name, name, catalog)
    if level is None:
        return False
    allowed = level.choose or level.namespaces
    if scope.cluster_wide or not allowed:
        return scope.cluster_wide and not allowed
    return all(matches(namespace, allowed) for namespace in scope.namespaces)


def _choice(level: Level, scope: Scope, workflow: Workflow, *, seen: Snapshot | None) -> Choice:
    """Return what it comes to by what was seen; where nothing was it is refused."""
    there = means(level, scope, seen) if seen is not None else UNKNOWN
    return Choice(level=level, scope=scope, workflow=workflow.facing(there.risks), meaning=there)


def _too_risky(choice: Choice, workflow: Workflow) -> Iterator[Reason]:
    """Hold what a level leads to against the rule; where that was not seen it is refused anyway."""
    level = choice.level.name
    if refused := met(choice.meaning.risks, workflow.risk.refuse):
        said = tuple(MEANS[risk] for risk in refused)
        yield no.TooRisky(level=level, workflow=workflow.name, risks=said)


def _scope(level: Level, asked: tuple[str, ...]) -> Scope | tuple[Reason, ...]:
    """Place a level: where it is fixed it may be narrowed, where it is open it must be chosen."""
    allowed = level.choose or level.namespaces
    wrong = tuple(
        no.NamespaceNotAllowed(level=level.name, namespace=namespace, allowed=allowed)
        for namespace in dict.fromkeys(asked)
        if not allowed or not matches(namespace, allowed)
    )
    if wrong:
        return wrong
    if level.choose and not asked:
        return (no.NamespaceNeeded(level=level.name, choose=level.choose),)
    namespaces = asked or level.namespaces
    return within(*namespaces) if namespaces else CLUSTER_WIDE


def _absent(level: Level, scope: Scope, *, cluster: str, given: Circumstances) -> Iterator[Reason]:
    """Doubt means no (law 10): without a fresh look at the cluster nothing is granted there."""
    snapshot = given.seen.get(cluster)
    if snapshot is None or not snapshot.fresh(given.now):
        yield no.ClusterUnavailable(cluster=cluster)
        yield from _restoring(cluster, given)  # What was seen is lost with the store.
    elif lacking := missing(level, scope, snapshot):
        yield no.Lacking(level=level.name, cluster=cluster, what=lacking)


def _misasked(ask: Ask, workflows: list[Workflow], given: Circumstances) -> Iterator[Reason]:
    yield from unfit(ask.reason)
    if not ask.levels:
        yield _unnamed(ask, given.catalog)
    if ask.duration is not None and ask.duration <= timedelta(0):
        yield no.NotPositive(given=ask.duration)
    for workflow in workflows:
        if workflow.reason_required and says_nothing(ask.reason):
            yield no.ReasonMissing(workflow=workflow.name)
        if ask.duration is not None and ask.duration > workflow.max_duration:
            yield no.DurationTooLong(
                asked=ask.duration, most=workflow.max_duration, workflow=workflow.name
            )


def _unnamed(ask: Ask, catalog: Catalog) -> Reason:
    may = levels_of(ask.requester, catalog.clusters[ask.cluster], catalog)
    names = tuple(level.name for level in may)
    return no.NoLevel(who=ask.requester.name, cluster=ask.cluster, offered=names)


def unfit(reason: str) -> Iterator[Reason]:
    """Say what is wrong with the text of a reason, of a request, a no or a revocation."""
    if len(reason) > MAX_REASON:
        yield no.ReasonTooLong(length=len(reason), most=MAX_REASON)
        return  # What nobody may keep is not searched either: it may be as long as a value can be.
    if kind := secret_in(reason):
        yield no.HoldsSecret(kind=kind)


def interlock(cluster: str, given: Circumstances) -> Iterator[Reason]:
    """Refuse while nobody would end on time what is granted now, or while nothing is to be."""
    if given.freeze is not None and given.freeze.holds(cluster):
        yield no.Frozen(
            by=given.freeze.by,
            why=given.freeze.why,
            where="" if given.freeze.everywhere else cluster,
        )
    yield from _restoring(cluster, given)
    if not keeps_time(given.timekeeper_at, given.now):
        yield no.NoTimekeeper()


def keeps_time(heard: datetime | None, now: datetime) -> bool:
    """Whether a timekeeper that was `heard` last at that moment runs."""
    return heard is not None and fresh(heard, now, TIMEKEEPER_SILENCE)


def _restoring(cluster: str, given: Circumstances) -> Iterator[Reason]:
    if given.epoch is not None and cluster in given.epoch.unproven:
        yield no.Restoring(cluster=cluster)


def _impossible(plan: Plan, ask: Ask, given: Circumstances) -> Iterator[Reason]:
    yield from interlock(ask.cluster, given)
    yield from illegible(plan.items)
    yield from unattainable(plan, ask, given)


def unattainable(plan: Plan, ask: Ask, given: Circumstances) -> Iterator[Reason]:
    """Say why nobody would get what the rules give: it is too much, or nobody may say yes."""
    cluster = given.catalog.clusters[ask.cluster]
    yield from _shared_name(ask.requester, cluster, given)
    most = given.catalog.grants_per_minute
    yield from too_often(plan.items, ask.cluster, holding=given.holding, most=most)
    wide = sum(item.scope.cluster_wide for item in plan.items)
    if wide and given.cluster_wide + wide > CLUSTER_WIDE_CAP:
        yield no.ClusterFull(cluster=ask.cluster, most=CLUSTER_WIDE_CAP)
    if given.holding.full:
        yield no.TooMuchHeld(cluster=ask.cluster)
    if plan.steps:
        yield from too_many_undecided(given.holding)
    if given.roster is not None:
        yield from unapprovable(plan, ask.requester, cluster=cluster, roster=given.roster)


def _shared_name(person: Person, cluster: Cluster, given: Circumstances) -> Iterator[Reason]:
    """Refuse a name that is somebody else's as well: what one is granted the other would have."""
    if other := written_for_another(person, cluster) or given.namesake:
        username = cluster.username_of(person)
        yield no.NameTaken(cluster=cluster.name, who=person.name, username=username, other=other)


def unknown_cluster(name: str, catalog: Catalog) -> Reason:
    """Say that there is no such cluster, with the nearest names."""
    return no.UnknownCluster(name=name, nearest=_close(name, list(catalog.clusters)))


def _close(name: str, names: list[str]) -> tuple[str, ...]:
    return tuple(get_close_matches(name.lower(), names, n=3, cutoff=0.5))


def too_often(
    items: Sequence[Item], cluster: str, *, holding: Holding, most: int
) -> Iterator[Reason]:
    """Say that the fuse has blown: so many more would be too many within a minute."""
    if len(holding.starts) + len(items) > most:
        yield no.TooOften(cluster=cluster, most=most)
