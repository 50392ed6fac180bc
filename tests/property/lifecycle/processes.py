"""The processes: each wakes up, sees to what is due, is run twice, loses its job, or dies."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from daypass.domain.errors import OutsideError, RefusedError
from daypass.domain.ids import LeaseId
from daypass.ports import (
    NOTIFICATIONS,
    TIMEKEEPER,
    Claim,
    GrantPorts,
    NotifyPorts,
    PromiseKind,
)
from daypass.usecases.grants.begin import Begun
from daypass.usecases.grants.reconcile import reconcile_unasked, unlooked
from daypass.usecases.incident.offboard import offboard
from daypass.usecases.notifications.notify import notify
from daypass.usecases.requests.release import Release, release
from daypass.usecases.shared.keep_rows import keep_rows, keep_waiting
from tests.property.crashing import Crash, Fuse, Interruption, begun_of, keep_time, run
from tests.property.lifecycle.base import CLUSTERS, FUSES, LAGS
from tests.property.lifecycle.people import ALICE, People
from tests.property.lifecycle.troubles import CATALOGS, Troubles

STEPS: Final = st.sampled_from(
    (timedelta(milliseconds=300), timedelta(seconds=11), timedelta(minutes=3))
)
CALLS: Final = st.integers(min_value=0, max_value=30)
MEANWHILE: Final = st.sampled_from(("granted", "worked", "told", "all_revoked"))
PAUSED: Final = 5
"""Claims that a paused worker holds at most."""


class Processes(People, Troubles):
    """Bot, grants worker, notifications worker, timekeeper."""

    @rule(by=STEPS)
    def wait(self, by: timedelta) -> None:
        """Time passes."""
        self.world.clock.advance(by)

    @rule(cluster=CLUSTERS, left=FUSES, lag=LAGS)
    def worker(self, cluster: str, left: int | None, lag: timedelta) -> None:
        """A grants worker wakes up, and perhaps dies after any call."""
        self._work(cluster, self.grants(cluster, Fuse(left), lag))

    def _work(self, cluster: str, ports: GrantPorts) -> None:
        if cluster in self.world.agenda.wakeups:
            self.world.agenda.wakeups.remove(cluster)
        try:
            claims = ports.agenda.claim(cluster, 50)
            begun = begun_of(claims, ports)
            for claim in claims:
                self.see_to(claim, ports, begun.get(LeaseId(claim.promise.subject)))
            if unlooked(ports):
                self.look_unasked(ports)
        except Crash:
            return

    def look_unasked(self, ports: GrantPorts) -> None:
        """Look at a cluster that nobody asked to look at for long."""
        with suppress(OutsideError):
            reconcile_unasked(ports)

    @rule(cluster=CLUSTERS, begins=st.booleans())
    def pause_worker(self, cluster: str, *, begins: bool) -> None:
        """A grants worker claims what is due, and is paused then or once it began to grant."""
        claims = self.world.agenda.claim(cluster, PAUSED - len(self.paused))
        begun = begun_of(claims, self.grants(cluster, Fuse())) if begins else {}
        self.paused += [
            (claim, cluster, begun.get(LeaseId(claim.promise.subject))) for claim in claims
        ]

    @rule(data=st.data(), left=FUSES, again=st.booleans())
    def wake_paused(self, data: st.DataObject, left: int | None, *, again: bool) -> None:
        """It goes on, however long that was, as if nothing had happened; perhaps twice."""
        if not self.paused:
            return
        at = data.draw(st.integers(0, len(self.paused) - 1))
        claim, cluster, begun = self.paused[at] if again else self.paused.pop(at)
        try:
            self.see_to(claim, self.grants(cluster, Fuse(left)), begun)
        except Crash:
            return

    def see_to(self, claim: Claim, ports: GrantPorts, begun: Begun | None) -> None:
        """See to one promise; what goes wrong outside is left to the agenda."""
        try:
            run(claim, ports, begun)
        except OutsideError:
            return

    @rule(cluster=CLUSTERS, left=CALLS, meanwhile=MEANWHILE)
    def worker_meanwhile(self, cluster: str, left: int, meanwhile: str) -> None:
        """Something else happens in the middle of what a grants worker does."""
        self._work(cluster, self.grants(cluster, Interruption(left, self.doing(meanwhile))))

    @rule(left=CALLS, meanwhile=MEANWHILE)
    def notifier_meanwhile(self, left: int, meanwhile: str) -> None:
        """Something else happens in the middle of what the notifications worker does."""
        self._tell(self.notifications(Interruption(left, self.doing(meanwhile))))

    def doing(self, what: str) -> Callable[[], object]:
        """Return what happens meanwhile."""
        hour = timedelta(hours=1)
        match what:
            case "granted":
                return lambda: (
                    self.ask_and_approve(levels=("debug",), length=hour),
                    self.worker("prod", None, timedelta(0)),
                )
            case "worked":
                return lambda: self.worker("prod", None, timedelta(0))
            case "told":
                return lambda: self.notifier(None)
            case _:
                return lambda: self.revoke_all("")

    @rule(left=st.integers(min_value=0, max_value=12))
    def granted_anew_meanwhile(self, left: int) -> None:
        """Alice holds nothing any more, and is given something just as that is looked at."""
        self.ask_and_approve(levels=("debug",), length=timedelta(seconds=30))
        for _ in range(2):
            self.worker("prod", None, timedelta(0))
            self.world.clock.advance(timedelta(seconds=31))
        self.timekeeper(None)
        self.notifier_meanwhile(left, "granted")

    @rule(landed=st.booleans())
    def late_twin(self, *, landed: bool) -> None:
        """One worker's create hangs while another grants the same attempt, and it ends again."""
        prod = self.world.clusters["prod"]
        self.ask_and_approve(levels=("debug",), length=timedelta(hours=1))
        prod.late = True
        self.worker("prod", None, timedelta(0))
        prod.late = False
        self.world.clock.advance(timedelta(seconds=11))
        self.timekeeper(None)
        self.worker("prod", None, timedelta(0))
        if self.requests:
            with suppress(RefusedError):
                release(Release(actor=ALICE, target=self.requests[-1]), self.ask)
        self.worker("prod", None, timedelta(0))
        if landed:
            self.land("prod")

    @rule(survive=st.booleans(), meanwhile=st.sampled_from(("granted", "ended")))
    def set_back_over_an_end(self, meanwhile: str, *, survive: bool) -> None:
        """Access that was approved, given and ended is approved again, says a store set back."""
        self.ask_and_approve(levels=("debug",), length=timedelta(hours=1))
        image = self.world.store.image()
        self.world.clock.advance(timedelta(seconds=1))
        self.worker("prod", None, timedelta(0))
        if meanwhile == "ended" and self.requests:
            with suppress(RefusedError):
                release(Release(actor=ALICE, target=self.requests[-1]), self.ask)
            self.worker("prod", None, timedelta(0))
        self.no_grant_without_an_approved_lease()
        self.lose_store(image, survive=survive)

    @rule(left=FUSES)
    def notifier(self, left: int | None) -> None:
        """The notifications worker wakes up, and perhaps dies after any call."""
        self._tell(self.notifications(Fuse(left)))

    def _tell(self, ports: NotifyPorts) -> None:
        try:
            for claim in ports.agenda.claim(NOTIFICATIONS, 50):
                if claim.promise.kind is PromiseKind.HOLDER:
                    offboard(claim, ports)
                else:
                    notify(claim, ports)
        except Crash:
            return

    @rule(left=st.one_of(st.just(None), st.integers(min_value=0, max_value=8)))
    def timekeeper(self, left: int | None) -> None:
        """The timekeeper ticks, and perhaps dies after any call."""
        keep_rows(self.ask)
        keep_waiting(self.ask)
        keep_time(self.world, Fuse(left))

    def no_grant_without_an_approved_lease(self) -> None:
        """Watch what is there; defined where the laws are."""
        raise NotImplementedError

    @rule()
    def lose_wakeups(self) -> None:
        """RQ loses every job it has."""
        self.world.agenda.wakeups.clear()

    def settle(self) -> None:
        """Let everybody do what is due, undisturbed."""
        self.catalogs = dict.fromkeys(self.catalogs, CATALOGS[0])
        self.timekeeper(None)
        for name, cluster in self.world.clusters.items():
            cluster.down = cluster.late = cluster.lossy = cluster.sticky = False
            cluster.release_reviews()
            self.worker(name, None, timedelta(0))
        self.notifier(None)

    def is_quiet(self) -> bool:
        """Whether nothing is left to be done but what always is."""
        always = {PromiseKind.RECONCILE, PromiseKind.RETAIN}
        sets = (TIMEKEEPER, NOTIFICATIONS, *self.world.clusters)
        kinds = {kind for name in sets for kind, _ in self.world.agenda.promises(name)}
        return kinds <= always
