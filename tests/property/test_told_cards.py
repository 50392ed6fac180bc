"""A click on a card gives no more than the card said, whatever happened since it was told.

Cards are brought up to date now and then; meanwhile roles change, rules change, and leases get
shorter. One person has two accounts, and says yes to nothing of their own with either.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from daypass.adapters.memory.chat import MemoryChat
from daypass.domain.catalog import Catalog, RiskRule, Step
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.notification import Notification, Topic
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.meaning import meaning
from daypass.domain.rbac.risk import Risk
from daypass.domain.request import Request, RequestState
from daypass.ports import NOTIFICATIONS
from daypass.usecases.notifications.notify import notify
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import (
    PODS,
    SRE,
    a_catalog,
    a_profile,
    a_snapshot,
    a_workflow,
    a_world,
)
from tests.unit.usecases.scenes import ALICE, BOB, CAROL, DAN, FIRST, ask, work

MINUTE: Final = timedelta(minutes=1)
TWIN: Final = PersonId("U0TWIN")
"""Alice's other account, which prod knows by the same username."""
EVERYBODY: Final = st.sampled_from([BOB, CAROL, DAN, BOB, CAROL, DAN, ALICE, TWIN])
LENGTHS: Final = st.sampled_from([1, 30, 60, 90]).map(lambda n: n * MINUTE)
LEVELS: Final = st.sampled_from([("debug",), ("nodes",), ("debug", "nodes")])
SECRETS: Final = (PODS, PolicyRule(verbs=("get",), resources=("secrets",)))
RISKY: Final = RiskRule(
    asks=(Risk.SECRETS,), step=Step(by=(SRE,)), short=(Risk.SECRETS,), most=MINUTE
)
RULES: Final = st.tuples(st.integers(0, 2), st.sampled_from([60, 240]), st.integers(0, 2))
EXAMPLES: Final = 200


def rules(said: tuple[int, int, int]) -> Catalog:
    """Return a configuration: so often free, so long, with so many steps; nodes has its own."""
    often, most, steps = said
    flow = a_workflow(
        extensions=often,
        max_duration=most * MINUTE,
        steps=(Step(by=(SRE,)),) * steps,
        risk=RISKY if often else RiskRule(),
    )
    nodes = a_workflow("nodes", levels=("nodes",), extensions=2, default_duration=30 * MINUTE)
    catalog = a_catalog(workflows=(nodes, flow), version=f"v{said}")
    prod = replace(catalog.clusters["prod"], overrides={TWIN: "alice@example.com"})
    return replace(catalog, clusters={**catalog.clusters, "prod": prod})


class ToldCards(RuleBasedStateMachine):
    """Alice asks; everybody clicks on what was told them last."""

    @initialize(said=RULES, levels=LEVELS, length=st.none() | LENGTHS)
    def begins(
        self, said: tuple[int, int, int], levels: tuple[str, ...], length: timedelta
    ) -> None:
        """Alice, who is of sre as well, has asked for something."""
        self.world, self.chat = a_world(rules(said)), MemoryChat()
        self.world.people.put(a_profile("twin"))
        self.world.people.put_usergroup("S0SRE", [ALICE, TWIN, BOB, CAROL, DAN])
        self.means: tuple[PolicyRule, ...] = (PODS,)
        self.asks(levels, length)
        self.told()

    @rule(levels=LEVELS, length=st.none() | LENGTHS)
    def asks(self, levels: tuple[str, ...], length: timedelta | None) -> None:
        """Alice asks."""
        with suppress(RefusedError):
            ask(self.world, *levels, duration=length)
            work(self.world)

    @rule(length=LENGTHS, late=st.booleans())
    def wants_more(self, length: timedelta, *, late: bool) -> None:
        """Alice wants her first lease to last longer."""
        with suppress(RefusedError):
            extend(Extend(actor=ALICE, target=FIRST, length=length), self.world.ask)
            work(self.world)
            None if late else self.told()

    @rule(who=st.sampled_from([ALICE, BOB]), length=LENGTHS)
    def cuts(self, who: PersonId, length: timedelta) -> None:
        """Somebody takes time off it."""
        with suppress(RefusedError):
            shorten(Shorten(actor=who, target=FIRST, length=length), self.world.ask)
            work(self.world)

    @rule(means=st.sampled_from([(PODS,), SECRETS]), seen=st.booleans())
    def role_changes(self, means: tuple[PolicyRule, ...], *, seen: bool) -> None:
        """Somebody changes the role behind the levels, which a click may find out."""
        self.means = means
        self.world.clusters["prod"].roles["ClusterRole/view"] = means
        self.waits(timedelta(seconds=1))
        if seen:
            self.clicks(BOB, None)
            self.waits(timedelta(seconds=4))

    @rule(said=RULES)
    def rules_change(self, said: tuple[int, int, int]) -> None:
        """All processes start anew with other rules."""
        self.world = replace(self.world, catalog=rules(said))

    @rule(by=st.sampled_from([timedelta(seconds=4), MINUTE]))
    def waits(self, by: timedelta) -> None:
        """Time passes; the cluster is looked at."""
        at = self.world.clock.advance(by)
        view = {"ClusterRole/view": meaning(self.means)}
        self.world.heartbeats.beat("timekeeper")
        self.world.store.keep_seen(a_snapshot(taken_at=at, means={**a_snapshot().means, **view}))
        work(self.world)

    @rule()
    def told(self) -> None:
        """Slack is brought up to date."""
        for claim in self.world.agenda.claim(NOTIFICATIONS, 50):
            notify(claim, self.world.notify(self.chat))

    @rule(who=EVERYBODY, less=st.none() | LENGTHS)
    def clicks(self, who: PersonId, less: timedelta | None) -> None:
        """Somebody says yes on each card that they see."""
        for asked in self.world.store.pending():
            if (card := self.card_of(asked)) is not None:
                self.says_yes(who, card, less)

    def card_of(self, asked: Request) -> Notification | None:
        """Return what was told of a request last."""
        every = (one.notification for said in self.chat.messages.values() for one in said)
        cards = (one for one in every if one.topic is Topic.CARD and one.request.id == asked.id)
        return next(cards, None)

    def says_yes(self, who: PersonId, card: Notification, less: timedelta | None) -> None:
        """Hold what a yes brings about against what the card said."""
        said = card.request
        yes = Decide(actor=who, target=said.id, yes=True, duration=less, read=said.edition)
        with suppress(RefusedError):
            got = decide(yes, self.world.ask)
            assert who not in (ALICE, TWIN)
            assert got.plan.items == said.plan.items or not got.plan.steps
            assert got.duration <= min(said.duration, less or said.duration)
            assert got.free <= said.free
            self.lasts_no_longer(got, card)
            work(self.world)

    def lasts_no_longer(self, got: Request, card: Notification) -> None:
        """Hold the end that a lease is to have against the one that the card named."""
        if got.extends is None or got.state is not RequestState.APPROVED:
            return
        (lease,), (told,) = self.world.store.leases([got.extends]), card.leases
        assert lease.extension is not None
        assert told.ends_at is not None
        assert lease.extension.until <= told.ends_at + card.request.duration


TestToldCards = ToldCards.TestCase
TestToldCards.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=15, deadline=None, print_blob=True
)
