"""What people do: ask, answer, click twice, extend, shorten, end, freeze, revoke_all, leave."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.request import Request, RequestState
from daypass.usecases.incident.freeze import FreezeGrants, ThawGrants, freeze, thaw
from daypass.usecases.incident.revoke_all import Reach, RevokeAll, revoke_all
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.shorten import Shorten, shorten
from daypass.usecases.requests.submit import Submit, submit
from tests.builders import unbounded
from tests.property.lifecycle.base import CLUSTERS, Base

ALICE, BOB, DAN = PersonId("U0ALICE"), PersonId("U0BOB"), PersonId("U0DAN")
LEVELS: Final = st.sampled_from((("debug",), ("nodes",), ("debug", "nodes")))
DURATIONS: Final = st.sampled_from(
    (timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
)
MAX: Final = timedelta(hours=4)
"""What the workflows give in all."""
LENGTHS: Final = st.sampled_from(
    (timedelta(seconds=10), timedelta(minutes=5), timedelta(hours=1), timedelta(0))
)


class People(Base):
    """Everything that comes in by Slack or on a terminal."""

    @rule(actor=st.sampled_from((ALICE, BOB)), cluster=CLUSTERS, levels=LEVELS, length=DURATIONS)
    def asks(
        self, *, actor: PersonId, cluster: str, levels: tuple[str, ...], length: timedelta
    ) -> None:
        """Somebody asks; the answer may be no when a cluster was not seen of late."""
        command = Submit(actor=actor, cluster=cluster, levels=levels, duration=length, reason="x")
        try:
            submitted = submit(command, self.ask)
        except RefusedError:
            return
        self.requests.append(submitted.request.id)
        for lease in submitted.leases:  # Nobody is asked: up to the maximum.
            self.ghost.gives(lease.id, MAX)

    @rule(levels=LEVELS, length=DURATIONS)
    def ask_and_approve(self, *, levels: tuple[str, ...], length: timedelta) -> None:
        """Alice asks for prod and Dan says yes, as often happens."""
        before = len(self.requests)
        self.asks(actor=ALICE, cluster="prod", levels=levels, length=length)
        if len(self.requests) > before:
            self._decides(DAN, self.requests[-1], yes=True)

    @rule(levels=LEVELS, length=DURATIONS)
    def asks_a_liar(self, *, levels: tuple[str, ...], length: timedelta) -> None:
        """A bot that counts nothing lets Alice have the same again, and Dan say yes to it."""
        honest = self.catalogs["bot"]
        self.catalogs["bot"] = unbounded(honest)
        self.ask_and_approve(levels=levels, length=length)
        self.catalogs["bot"] = honest

    @rule(
        data=st.data(),
        actor=st.sampled_from((ALICE, BOB, DAN)),
        yes=st.booleans(),
        length=st.none() | DURATIONS,
    )
    def answers(
        self, data: st.DataObject, actor: PersonId, *, yes: bool, length: timedelta | None
    ) -> None:
        """Somebody clicks, perhaps for less, perhaps a second time or on something long over."""
        if self.requests:
            self._decides(actor, self._one(data), yes=yes, length=length)

    def _decides(
        self, actor: PersonId, target: RequestId, *, yes: bool, length: timedelta | None = None
    ) -> None:
        try:
            command = Decide(actor=actor, target=target, yes=yes, duration=length)
            decided = decide(command, self.ask)
        except RefusedError:
            return
        if decided.state is RequestState.APPROVED:
            self._allowed(decided)
        assert decided.requester.id != actor, "law 5: nobody approves their own request"
        assert decided.approvals[-1].by.id == actor

    def _allowed(self, decided: Request) -> None:
        """Remember how long the leases of an approved request, or the one it extends, may last."""
        granted = decided.duration
        if decided.extends is None:
            full = granted == decided.plan.duration
            free = min(granted, MAX - granted) if full else timedelta(0)
            for name in decided.lease_ids:
                self.ghost.gives(name, granted + free)
            return
        lease = self.world.store.lease(decided.extends)
        assert lease is not None
        assert lease.extension is not None
        assert lease.began_at is not None
        self.ghost.gives(lease.id, lease.extension.until - lease.began_at)

    @rule(data=st.data(), how=st.sampled_from(("cancel", "release", "revoke")))
    def stops(self, data: st.DataObject, how: str) -> None:
        """Alice takes a request back or releases what she holds, or Bob revokes it."""
        if not self.requests:
            return
        target = self._one(data)
        try:
            if how == "cancel":
                cancel(Cancel(actor=ALICE, target=target), self.ask)
            elif how == "release":
                release(Release(actor=ALICE, target=target), self.ask)
            else:
                end(End(actor=BOB, target=target), self.ask)
        except RefusedError:
            return

    @rule(data=st.data(), length=LENGTHS, at_once=st.booleans())
    def extends(self, data: st.DataObject, length: timedelta, *, at_once: bool) -> None:
        """Alice wants more time; beyond what is free Dan has to say yes again."""
        if not self.requests:
            return
        command = Extend(actor=ALICE, target=self._one(data), length=length, reason="longer")
        try:
            asked = extend(command, self.ask).request
        except RefusedError:
            return
        if asked is not None:
            self.requests.append(asked.id)
            if at_once:
                self._decides(DAN, asked.id, yes=True)

    @rule(data=st.data(), actor=st.sampled_from((ALICE, BOB)), length=LENGTHS)
    def shortens(self, data: st.DataObject, actor: PersonId, length: timedelta) -> None:
        """Alice needs less time than she has, or Bob takes some of it."""
        if not self.requests:
            return
        command = Shorten(actor=actor, target=self._one(data), length=length)
        try:
            shorter = shorten(command, self.ask)
        except RefusedError:
            return
        if actor != shorter.holder.id:
            self.ghost.takes(shorter)

    @rule(on=st.booleans(), cluster=st.sampled_from(((), ("prod",))))
    def freezes(self, cluster: tuple[str, ...], *, on: bool) -> None:
        """Dan stops new grants, or lets them go on."""
        try:
            if on:
                freeze(FreezeGrants(actor=DAN, by="dan", clusters=cluster), self.ask)
            else:
                thaw(ThawGrants(actor=DAN, clusters=cluster), self.ask)
        except RefusedError:
            return

    @rule(cluster=st.sampled_from(("", "prod")))
    def revoke_all(self, cluster: str) -> None:
        """Dan ends everything."""
        revoke_all(RevokeAll(reach=Reach(cluster=cluster), actor=DAN, by="dan"), self.ask)

    @rule(there=st.booleans())
    def leaves(self, *, there: bool) -> None:
        """Alice's account is deactivated, or comes back."""
        profile = self.world.people.profile(ALICE)
        assert profile is not None
        self.world.people.put(replace(profile, deactivated=not there))

    def _one(self, data: st.DataObject) -> RequestId:
        return data.draw(st.sampled_from(self.requests))
