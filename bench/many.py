"""The figures of a system with tens of thousands of live leases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from bench import drift, upkeep
from bench.calm import until_calm
from bench.ends import Ends
from bench.figures import Figure, spread
from bench.floor import Floor
from bench.gone import needed
from bench.holding import held
from bench.population import Population
from bench.site import HANGING, Site
from bench.usage import cpu_seconds
from daypass.domain.ids import LeaseId

_FIRST: Final = 10_000
"""Objects on one cluster when its reconciliation is measured."""
_SHARES: Final = ("dev", "stage", "dev", "stage", "prod")
"""Where the others are, so that every cluster has about a third of all."""
_ENDS: Final = "≤ 1.7 × (1.3 ×)"
_SEEN: Final = "p99 < 1 s (0.3 s)"
_DEATH: Final = "+ 6 s (+ 3 s)"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """Measures on one site, among `live` leases that each have an object."""

    site: Site
    people: Population
    live: int
    say: Say

    def figures(self, parts: Sequence[str], *, count: int) -> list[Figure]:
        """Measure these parts, in the order in which the leases come to be."""
        first = min(_FIRST, self.live)
        leases = self._settled(range(first), ["prod"])
        found = self._of_one(parts, leases)
        if {"idle", "ends"} & set(parts):
            leases += self._settled(range(first, self.live), _SHARES)
            found += self._of_all(parts, leases, count=count)
        return found

    def _settled(self, numbers: range, clusters: Sequence[str]) -> list[LeaseId]:
        self.say(f"{len(numbers):,} leases on {', '.join(dict.fromkeys(clusters))} …")
        # To a grants worker that looks in between their objects are of leases that do not exist.
        with held(self.site.stack, "grants"):
            return self.people.settle(numbers, clusters)

    def _of_one(self, parts: Sequence[str], leases: list[LeaseId]) -> list[Figure]:
        found: list[Figure] = []
        if "looks" in parts:
            bare = upkeep.listing(self.people.servers["prod"])
            found += _looks(upkeep.looks(self.site.stack, "prod"), bare)
        if "drift" in parts:
            self.say("Somebody changes things by hand …")
            found += _drift(drift.forged(self.people), drift.drifted(self.people, leases))
        return found

    def _of_all(self, parts: Sequence[str], leases: list[LeaseId], *, count: int) -> list[Figure]:
        found: list[Figure] = []
        if "idle" in parts:
            self.say("Nobody does anything …")
            found += _idle(upkeep.idle(self.site.stack), live=self.live)
        if "ends" in parts:
            Random(0).shuffle(leases)
            ends = Ends(site=self.site, crowd=self.people.crowd, count=count)
            self.say("The floor among all of these …")
            among = self.people.floor(self.site.stack, count)
            # As in `bursts`: Slack itself is slower.
            with held(self.site.stack, "notifications"):
                found += self._ends(ends, leases, among)
        return found

    def _ends(self, ends: Ends, leases: list[LeaseId], base: Floor) -> list[Figure]:
        what = f"{ends.count} ends in 1 s, {self.live:,} live"
        self.say(f"{what} …")
        until_calm(self.site.stack)
        before = cpu_seconds(self.site.stack)
        one = ends.quiet(leases)
        after = cpu_seconds(self.site.stack)
        looked = ends.looking(leases)
        self.site.double()
        two = ends.quiet(leases)
        found = [
            Figure(name=f"{what}, one copy (p50 / p99 / max)", value=one.beside(base),
                   floor=needed(base, ends.count), must=_ENDS),
            _spent({name: after[name] - before[name] for name in before}),
            Figure(name="the same while all three are reconciled", value=looked.beside(base)),
            Figure(name="two copies of each worker", value=two.beside(base), must=_ENDS),
        ]  # fmt: skip
        for role in ("timekeeper", "grants"):
            self.say(f"The same; one {role} is killed …")
            killed = ends.killing(role, leases)
            more = f"{killed.seconds - two.seconds:+.1f} s; {killed.beside(base)}"
            found.append(Figure(name=f"one {role} of two killed", value=more, must=_DEATH))
        return found + self._hanging(ends, leases, base)

    def _hanging(self, ends: Ends, leases: list[LeaseId], base: Floor) -> list[Figure]:
        self.say(f"The same; {HANGING} hangs …")
        self.site.double()
        others, late = ends.hanging(leases)
        return [
            Figure(name="one cluster of three hangs: the other two", value=others.beside(base),
                   must="as with two copies"),
            Figure(name="its own, all gone after it answers again", value=f"{late:.1f} s",
                   must="< 5 s (law 3)"),
        ]  # fmt: skip


def _looks(found: upkeep.Looks, listing: float) -> list[Figure]:
    seconds = " / ".join(f"{one:.2f}" for one in found.seconds)
    grown = " / ".join(f"{one:.0f}" for one in found.megabytes)
    return [
        Figure(
            name=f"reconcile of {found.objects:,} objects, look by look",
            value=f"{seconds} s = {min(found.seconds) / listing:.1f} × floor, "
            f"{found.processor:.2f} s of a processor each",
            floor=f"the list over bare HTTP: {listing:.2f} s",
            must="< 3 s (1 s)",
        ),
        Figure(name="its memory above that at rest", value=f"{grown} MB", must="flat"),
    ]


def _drift(forged: Sequence[float], drifted: Sequence[float]) -> list[Figure]:
    return [
        Figure(name="a forged object → gone (p50 / p99 / max)", value=spread(forged), must=_SEEN),
        Figure(name="an object is deleted → its lease is over", value=spread(drifted), must=_SEEN),
    ]


def _spent(seconds: Mapping[str, float]) -> Figure:
    servers = sum(spent for name, spent in seconds.items() if name.startswith("kube-apiserver"))
    mine = ", ".join(f"{name} {seconds[name]:.1f}" for name in ("grants", "valkey"))
    return Figure(
        name="seconds of a processor meanwhile",
        value=mine,
        floor=f"API servers {servers:.1f}, etcd {seconds['etcd']:.1f}",
    )


def _idle(shares: Mapping[str, float], *, live: int) -> list[Figure]:
    ours = {name: shares[name] for name in upkeep.PRODUCT}
    others = {name: share for name, share in shares.items() if name not in ours}
    each = ", ".join(f"{name} {share:.1%}" for name, share in ours.items())
    servers = sum(share for name, share in others.items() if name.startswith("kube-apiserver"))
    return [
        Figure(
            name=f"idle, {live:,} live: share of one processor",
            value=f"{sum(ours.values()):.1%} ({each})",
            floor=f"the three API servers meanwhile: {servers:.0%}",
            must="< 3 % (1 %)",
        )
    ]
