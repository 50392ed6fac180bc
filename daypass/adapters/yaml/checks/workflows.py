"""Workflows: whom and what they name, lengths of time, and steps that somebody can meet."""

from daypass.adapters.yaml import convert
from daypass.adapters.yaml.checks.checked import Checked, is_plain
from daypass.adapters.yaml.checks.people import check_principals
from daypass.adapters.yaml.checks.risks import check_risks
from daypass.adapters.yaml.faults import nearest
from daypass.adapters.yaml.schema import StepModel, WorkflowModel
from daypass.adapters.yaml.source import Where
from daypass.domain.catalog import matches
from daypass.domain.duration import write_duration
from daypass.domain.legible import MOST_LEVELS
from daypass.domain.people import spelled


def check(checked: Checked) -> None:
    """Note workflows that cannot work."""
    if checked.data.get("workflows") == []:
        checked.faults.add(
            ("workflows",), "has no workflow; without one nobody may ask for anything"
        )
    _check_names(checked)
    _check_fuse(checked)
    for where, one in checked.workflows():
        checked.selector((*where, "match", "clusters"), one.match.clusters)
        _check_levels(checked, (*where, "match", "levels"), one)
        _check_default(checked, (*where, "default_level"), one)
        if not one.requesters:
            checked.faults.add(
                (*where, "requesters"), "names nobody; write who may ask: [team:NAME]"
            )
        check_principals(checked, (*where, "requesters"), one.requesters)
        _check_times(checked, (*where, "duration"), one)
        if one.extensions < 0:
            fault = f"{one.extensions} is less than none; write 0 (always ask) or more"
            checked.faults.add((*where, "extensions"), fault)
        if one.at_once < 1:
            fault = f"{one.at_once} lets nobody have anything; write 1 or more"
            checked.faults.add((*where, "at_once"), fault)
        check_risks(checked, where, one)
        _check_steps(checked, where, one)


def _check_steps(checked: Checked, where: Where, one: WorkflowModel) -> None:
    for number, step in enumerate(one.approve):
        _check_step(checked, (*where, "approve", number), step)
    if (extra := one.risk.extra_step) is not None:
        _check_step(checked, (*where, "risk", "extra_step"), extra)
    if (one.approve or extra) and not one.channel:
        fault = "has steps but no channel for the card; write channel: C…"
        checked.faults.add(where, fault)


def _check_fuse(checked: Checked) -> None:
    if checked.document.grants_per_minute < MOST_LEVELS:
        fault = (
            f"{checked.document.grants_per_minute} is less than one request may ask for; "
            f"write {MOST_LEVELS} or more"
        )
        checked.faults.add(("grants_per_minute",), fault)


def _check_names(checked: Checked) -> None:
    written = checked.data.get("workflows")
    seen = set[str]()
    for number, one in enumerate(written if isinstance(written, list) else []):
        name = one.get("name") if isinstance(one, dict) else None
        if isinstance(name, str) and name in seen:
            fault = f"there is a workflow “{name}” already; write another name"
            checked.faults.add(("workflows", number, "name"), fault)
        seen.add(str(name))


def _check_levels(checked: Checked, where: Where, one: WorkflowModel) -> None:
    if one.match.levels == []:
        checked.faults.add(where, "selects no level; name levels, or leave it out for all")
    for number, name in enumerate(one.match.levels):
        if is_plain(name) and name not in checked.names("levels"):
            near = nearest(name, checked.names("levels"))
            checked.faults.add((*where, number), f"there is no level “{name}”; {near}")


def _check_default(checked: Checked, where: Where, one: WorkflowModel) -> None:
    name = one.default_level
    if name is None:
        return
    if name not in checked.names("levels"):
        near = nearest(name, checked.names("levels"))
        checked.faults.add(where, f"there is no level “{name}”; {near}")
    elif not matches(name, tuple(one.match.levels)):
        fault = f"“{name}” is none of the levels in match; name it there, or write one of those"
        checked.faults.add(where, fault)
    elif not _offered(checked, name, one):
        fault = f"“{name}” is offered on none of the clusters in match; write a level that is"
        checked.faults.add(where, fault)


def _offered(checked: Checked, name: str, one: WorkflowModel) -> bool:
    """Whether a cluster of a workflow has that level; yes where that cannot be known."""
    meanings = checked.document.levels.get(name)
    if meanings is None or "clusters" in checked.lost:
        return True
    here = convert.selector(one.match.clusters)
    there = [convert.selector(meaning.clusters) for meaning in meanings]
    clusters = [convert.cluster(*item) for item in checked.document.clusters.items()]
    mine = [cluster for cluster in clusters if here.selects(cluster)]
    return any(selector.selects(cluster) for selector in there for cluster in mine)


def _check_times(checked: Checked, where: Where, one: WorkflowModel) -> None:
    default, most = one.duration.default, one.duration.max
    if default > most:
        given, top = write_duration(default), write_duration(most)
        fault = f"{given} is longer than max ({top}); write {top} or less"
        checked.faults.add((*where, "default"), fault)


def _check_step(checked: Checked, where: Where, step: StepModel) -> None:
    check_principals(checked, (*where, "by"), step.by)
    if step.count < 1:
        fault = f"{step.count} people is no step; write 1 or more (approve: [] is automatic)"
        checked.faults.add((*where, "count"), fault)
    if not step.by:
        checked.faults.add((*where, "by"), "names nobody; write who may say yes: [team:NAME]")
        return
    most = _most(checked, step)
    if most is not None and most < step.count:
        fault = f"needs {step.count} people and names {most}; name more, or lower count"
        checked.faults.add(where, fault)


def _most(checked: Checked, step: StepModel) -> int | None:
    """How many different people can be behind a step; None where only Slack knows, or we do not."""
    emails = set[str]()
    for written in step.by:
        team = written.removeprefix("team:")
        if team == written:
            emails.add(spelled(written))
            continue
        members = checked.document.teams.get(team)
        if members is None or members.everyone or members.slack_usergroup:
            return None
        emails |= set(members.emails)
    return len(emails)
