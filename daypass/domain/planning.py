"""What levels that may be had come to together: steps, durations, channels."""

from dataclasses import dataclass
from datetime import timedelta

from daypass.domain.catalog import Level, Step, Workflow
from daypass.domain.rbac.meaning import Meaning
from daypass.domain.request import Ask, Item, Plan
from daypass.domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A level that may be had, where, what it means there, and what its workflow comes to."""

    level: Level
    scope: Scope
    workflow: Workflow
    meaning: Meaning

    @property
    def item(self) -> Item:
        """What it is in a plan."""
        return Item(
            level=self.level.name,
            scope=self.scope,
            workflow=self.workflow.name,
            gives=self.level.gives,
            meaning=self.meaning.digest,
            risks=self.meaning.risks,
        )


def plan_of(ask: Ask, chosen: list[Choice], version: str) -> Plan:
    """All steps must pass; the shortest maximum and default win."""
    workflows = _distinct([choice.workflow for choice in chosen])
    longest = min(w.max_duration for w in workflows)
    default = min(w.default_duration for w in workflows)
    steps, duration = _all_steps(workflows), ask.duration or min(default, longest)
    return Plan(
        items=tuple(choice.item for choice in chosen),
        duration=duration,
        longest=longest,
        steps=tuple(step for step, _ in steps),
        channels=tuple(channels for _, channels in steps),
        timeout=min(w.timeout for w in workflows),
        self_approval=all(w.self_approval for w in workflows),
        version=version,
        free=max(_free(ask, workflow, duration) for workflow in workflows),
    )


def longer(*, granted: timedelta, shown: timedelta, often: int, longest: timedelta) -> timedelta:
    """Return how much longer a lease may last without another yes, where somebody gave one.

    So often as the workflow says, each time as long as it is `granted` for by itself: one level may
    have a longer default than what people were `shown` for all of them.
    """
    return max(min(longest - granted, often * min(granted, shown)), timedelta(0))


def _free(ask: Ask, workflow: Workflow, shown: timedelta) -> timedelta:
    """Return how much longer a yes lets a level of this workflow last.

    By the count of whoever grants each level by itself: what nobody has to say yes to is given by
    no yes.
    """
    if not workflow.steps:
        return timedelta(0)
    return longer(
        granted=ask.duration or workflow.default_duration,
        shown=shown,
        often=workflow.extensions,
        longest=workflow.max_duration,
    )


def _distinct(found: list[Workflow]) -> list[Workflow]:
    """Return each once; one that asks more people for a level of risk is another one."""
    return [one for at, one in enumerate(found) if one not in found[:at]]


_Asked = tuple[Step, tuple[str, ...]]
"""A step, and the channels in which it is asked about."""


def _all_steps(workflows: list[Workflow]) -> list[_Asked]:
    """Return every step of every workflow, a step that several have once.

    One yes serves the same step of two workflows, never two steps of one; each asks its own people.
    """
    found: list[_Asked] = []
    for workflow in workflows:
        found = _merged(found, workflow)
    return found


def _merged(found: list[_Asked], workflow: Workflow) -> list[_Asked]:
    """Put a workflow's steps to others, each workflow's in its own order.

    The grants worker judges each level by itself: answers in another order would not hold.
    """
    here = (workflow.channel,) if workflow.channel else ()
    merged: list[_Asked] = []
    left, own = list(found), list[_Asked]()
    for step in workflow.steps:
        at = next((at for at, (other, _) in enumerate(left) if other == step), None)
        if at is None:
            own.append((step, here))
            continue
        channels = tuple(dict.fromkeys((*left[at][1], *here)))
        merged += [*left[:at], *own, (step, channels)]
        left, own = left[at + 1 :], []
    return [*merged, *left, *own]
