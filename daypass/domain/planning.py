"""What levels that may be had come to together: steps, durations, channels."""

from dataclasses import dataclass

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
    steps = _all_steps(workflows)
    return Plan(
        items=tuple(choice.item for choice in chosen),
        duration=ask.duration or min(default, longest),
        longest=longest,
        steps=tuple(step for step, _ in steps),
        channels=tuple(channels for _, channels in steps),
        timeout=min(w.timeout for w in workflows),
        self_approval=all(w.self_approval for w in workflows),
        version=version,
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
