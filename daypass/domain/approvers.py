"""Who is who, and whether enough people could say yes (law 5)."""

from collections.abc import Iterable, Iterator

from daypass.domain import reasons as no
from daypass.domain.catalog import Cluster, Step, named
from daypass.domain.circumstances import Roster
from daypass.domain.people import Person
from daypass.domain.reasons import Reason
from daypass.domain.request import Plan


def same(one: Person, other: Person, cluster: Cluster) -> bool:
    """Whether two accounts are one person: by account, mailbox or cluster username (law 5)."""
    return not cluster.identities_of(one).isdisjoint(cluster.identities_of(other))


def unapprovable(
    plan: Plan, requester: Person, *, cluster: Cluster, roster: Roster
) -> Iterator[Reason]:
    """Say of each step that not enough people could say yes to it, nobody counted twice."""
    closed = [step for step in plan.steps if not roster.everyone.intersection(step.by)]
    for step in dict.fromkeys((*closed, _together(closed))):
        others = (
            one
            for one in roster.of(step.by)
            if plan.self_approval or not same(one, requester, cluster)
        )
        possible = _how_many(others, cluster)
        if possible < step.count:
            yield no.NoPossibleApprover(
                workflow=" and ".join(plan.workflows),
                by=roster.describe(step.by),
                needed=step.count,
                possible=possible,
            )


def _together(steps: list[Step]) -> Step:
    """Return all steps as one, for nobody counts twice."""
    by = named(steps)
    return Step(by=by, count=sum(step.count for step in steps))


def _how_many(people: Iterable[Person], cluster: Cluster) -> int:
    """Count people, each once, however many accounts and spellings they have."""
    known = set[tuple[str, str]]()
    count = 0
    for one in people:
        identities = cluster.identities_of(one)
        count += known.isdisjoint(identities)
        known |= identities
    return count
