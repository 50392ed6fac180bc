"""Who is who, and whether enough people could say yes (law 5)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from daypass.domain import reasons as no
from daypass.domain.catalog import Catalog, Cluster, Step, named
from daypass.domain.circumstances import Roster
from daypass.domain.ids import PersonId
from daypass.domain.people import Person, spelled
from daypass.domain.reasons import Reason
from daypass.domain.request import Approval, Plan, Request, progress


def same(one: Person, other: Person, cluster: Cluster) -> bool:
    """Whether two accounts are one person: by account, mailbox or cluster username (law 5)."""
    return not cluster.identities_of(one).isdisjoint(cluster.identities_of(other))


def renamed(before: Person, now: Person, cluster: Cluster) -> tuple[str, str] | None:
    """Return which user of the cluster somebody was, and which by now; None for the same one.

    Other capitals make nobody another.
    """
    was, is_now = cluster.username_of(before), cluster.username_of(now)
    return (was, is_now) if spelled(was) != spelled(is_now) else None


def approvals_hold(request: Request, plan: Plan, catalog: Catalog) -> bool:
    """Whether the given answers meet `plan`, as the grants worker judges anew (law 8).

    They are answers about a cluster of the catalog, or about nothing.
    """
    cluster = catalog.clusters.get(request.cluster)
    if cluster is None:
        return False
    known = set[tuple[str, str]]()
    if not plan.self_approval:
        known |= cluster.identities_of(request.requester)
    counted: list[Approval] = []
    for approval in request.counted:
        if known.isdisjoint(mine := cluster.identities_of(approval.by)):
            counted.append(replace(approval, by=catalog.as_listed(approval.by)))
            known |= mine
    return progress(plan.steps, tuple(counted)).step is None


def unapprovable(
    plan: Plan, requester: Person, *, cluster: Cluster, roster: Roster
) -> Iterator[Reason]:
    """Say of each step that not enough people could say yes to it, nobody counted twice."""
    barred = () if plan.self_approval else (requester,)
    electorate = Electorate(cluster=cluster, roster=roster, barred=barred)
    closed = electorate.closed(plan.steps)
    for steps in dict.fromkeys((*((one,) for one in closed), closed)):
        if (reason := _too_few(plan, steps, electorate)) is not None:
            yield reason


def hopeless(answered: Request, *, cluster: Cluster, roster: Roster) -> Reason | None:
    """Say why the yes that a request waits for after its newest one can never come (law 5).

    Whoever is needed for a later step must not be used up in an earlier one.
    """
    lacking = _lacking(answered, cluster, roster)
    if lacking is None:
        return None
    before = replace(answered, approvals=answered.approvals[:-1])
    waiting = before.progress.step
    if waiting is not None and _lacking(before, cluster, roster) is None:
        return no.NeededLater(could=roster.describe(waiting.by))
    return lacking


def _lacking(request: Request, cluster: Cluster, roster: Roster) -> Reason | None:
    """Say that too few are left who have not answered."""
    said = tuple(approval.by for approval in request.counted if approval.yes)
    barred = said if request.plan.self_approval else (*said, request.requester)
    electorate = Electorate(cluster=cluster, roster=roster, barred=barred)
    return _too_few(request.plan, electorate.closed(_rest(request)), electorate)


def _rest(request: Request) -> tuple[Step, ...]:
    """Return the steps that are not met, the first with the answers that it still lacks."""
    at = request.progress
    later = request.plan.steps[at.number + 1 :]
    return later if at.step is None else (replace(at.step, count=at.step.count - at.given), *later)


def _too_few(plan: Plan, steps: Sequence[Step], electorate: "Electorate") -> Reason | None:
    """Say that these steps need more answers than they could have."""
    needed, possible = sum(step.count for step in steps), electorate.seated(steps)
    if possible >= needed:
        return None
    return no.NoPossibleApprover(
        workflow=" and ".join(plan.workflows),
        by=electorate.roster.describe(named(steps)),
        needed=needed,
        possible=possible,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Electorate:
    """Who could say yes on a cluster: all of `roster` but whoever is one of `barred`."""

    cluster: Cluster
    roster: Roster
    barred: tuple[Person, ...]

    def closed(self, steps: Iterable[Step]) -> tuple[Step, ...]:
        """Return the steps that not just anybody could say yes to."""
        return tuple(step for step in steps if not self.roster.is_open(step.by))

    def seated(self, steps: Sequence[Step]) -> int:
        """Return how many answers these steps could have at most, nobody counted twice.

        The largest matching of answers and people, by augmenting paths (Kuhn 1955).
        """
        people = self._people(steps)
        seats = [self._accounts(step) for step in steps for _ in range(step.count)]
        holds: dict[int, int] = {}

        def is_seated(seat: int, tried: set[int]) -> bool:
            for one in range(len(people)):
                if one in tried or people[one].isdisjoint(seats[seat]):
                    continue
                tried.add(one)
                if one not in holds or is_seated(holds[one], tried):
                    holds[one] = seat
                    return True
            return False

        return sum(is_seated(seat, set()) for seat in range(len(seats)))

    def _accounts(self, step: Step) -> frozenset[PersonId]:
        return frozenset(one.id for one in self.roster.of(step.by) if not self._is_barred(one))

    def _is_barred(self, person: Person) -> bool:
        return any(same(person, other, self.cluster) for other in self.barred)

    def _people(self, steps: Iterable[Step]) -> list[frozenset[PersonId]]:
        """Return each person's accounts, however many they have and however they are spelled."""
        people: dict[int, frozenset[PersonId]] = {}
        whose: dict[tuple[str, str], int] = {}
        for number, one in enumerate(self.roster.of(named(steps))):
            known, accounts = self.cluster.identities_of(one), frozenset({one.id})
            for other in {whose[name] for name in known if name in whose}:
                accounts |= people.pop(other)
                known |= {name for name, owner in whose.items() if owner == other}
            whose |= dict.fromkeys(known, number)
            people[number] = accounts
        return list(people.values())
