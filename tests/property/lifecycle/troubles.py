"""What breaks: clusters, clocks, objects by hand, the configuration, and Redis itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from daypass.domain.catalog import Catalog
from daypass.domain.grant import INSTALL, LEASE, MANAGED_BY, GrantObject, Subject
from daypass.domain.lease import ObjectRef
from daypass.domain.roles import RoleRef
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, Promise, PromiseKind, Witness
from tests.builders import a_catalog
from tests.property.lifecycle.base import CLUSTERS, FUSES, Base

WEATHER: Final = st.sampled_from(("down", "late", "lossy", "sticky"))
SKEWS: Final = st.sampled_from((-4, -1, 0, 1, 4))
RESTORED: Final = frozenset(PromiseKind) - {PromiseKind.CARD, PromiseKind.RECHECK}
"""A card is told with the next thing that happens, and any look finds what came late."""
RESTART: Final = timedelta(seconds=1)
"""A store that is lost is gone for at least that long."""


def without_workflows() -> Catalog:
    """Return rules under which nobody may have anything."""
    return a_catalog(version="v2", workflows=())


CATALOGS: Final = (a_catalog(), a_catalog(version="v3"), without_workflows())


class Troubles(Base):
    """Everything that no process wants."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[Any] = []

    @rule(cluster=CLUSTERS, how=WEATHER, on=st.booleans())
    def weather(self, cluster: str, how: str, *, on: bool) -> None:
        """A cluster stops answering, answers late, loses answers, keeps objects, or is well."""
        setattr(self.world.clusters[cluster], how, on)

    @rule(cluster=CLUSTERS, on=st.booleans())
    def stale(self, cluster: str, *, on: bool) -> None:
        """An API server's cache lags behind what was written, or has caught up."""
        if on:
            self.world.clusters[cluster].hold_reviews()
        else:
            self.world.clusters[cluster].release_reviews()

    @rule(data=st.data(), left=FUSES)
    def hang(self, data: st.DataObject, left: int | None) -> None:
        """A worker's creates hang in the network while everybody else goes on."""
        cluster = data.draw(CLUSTERS)
        self.world.clusters[cluster].late = True
        self.worker(cluster, left, timedelta(0))
        self.world.clusters[cluster].late = False

    @rule(cluster=CLUSTERS)
    def land(self, cluster: str) -> None:
        """A create that hung in the network arrives, if its guard still lets it in."""
        self.ghost.lands(found.lease for found in self.world.clusters[cluster].flying)
        self.world.clusters[cluster].land()

    @rule(cluster=CLUSTERS, seconds=SKEWS)
    def skew(self, cluster: str, seconds: int) -> None:
        """An API server's clock is not Redis's."""
        self.skews[cluster] = timedelta(seconds=seconds)

    @rule(cluster=CLUSTERS, data=st.data())
    def remove_by_hand(self, cluster: str, data: st.DataObject) -> None:
        """An administrator deletes one of our objects."""
        objects = self.world.clusters[cluster].objects
        if objects:
            self.world.clusters[cluster].remove(data.draw(st.sampled_from(objects)).ref)

    @rule(cluster=CLUSTERS)
    def forge(self, cluster: str) -> None:
        """Somebody makes an object with our labels and no valid MAC."""
        self.world.clusters[cluster].put(
            GrantObject(
                ref=ObjectRef(kind="ClusterRoleBinding", namespace="", name="daypass-forged"),
                role=RoleRef(name="view"),
                subjects=(Subject(name="mallory"),),
                labels={MANAGED_BY: "daypass", INSTALL: "main", LEASE: "forged"},
            )
        )

    @rule(cluster=CLUSTERS, on=st.booleans())
    def standing_right(self, cluster: str, *, on: bool) -> None:
        """An administrator gives Alice for good what she may also ask for, or takes it away."""
        ref = ObjectRef(kind="RoleBinding", namespace="payments", name="alice-views")
        if not on:
            self.world.clusters[cluster].remove(ref)
            return
        subjects = (Subject(name="alice@example.com"),)
        self.world.clusters[cluster].put(
            GrantObject(ref=ref, role=RoleRef(name="view"), subjects=subjects)
        )

    @rule(who=st.sampled_from(("bot", "workers", "both")), rules=st.sampled_from(CATALOGS))
    def reconfigure(self, who: str, rules: Catalog) -> None:
        """New rules are rolled out, to one process before the others."""
        for role in self.catalogs if who == "both" else (who,):
            self.catalogs[role] = replace(rules)

    @rule(data=st.data(), removed=st.booleans())
    def tamper(self, data: st.DataObject, *, removed: bool) -> None:
        """Somebody who writes to Redis removes a promise, or puts it off for ever."""
        sets = (TIMEKEEPER, NOTIFICATIONS, *self.world.clusters)
        rows = [(due, *row) for due in sets for row in self.world.agenda.promises(due)]
        there = [row for row in rows if row[1] in RESTORED]
        if not there:
            return
        due, kind, subject = data.draw(st.sampled_from(there))
        far = self.world.clock.now() + timedelta(days=10_000)
        row = Promise(keeper=due, kind=kind, subject=subject, at=far)
        # A holder's row that is far away outlasts what they hold: nobody misses anything.
        gone = removed or kind is PromiseKind.HOLDER
        self.world.agenda.write(() if gone else (row,), (row,) if gone else ())
        self.tampered.add(subject)

    @rule()
    def lift_freeze(self) -> None:
        """Somebody who writes to Redis deletes the freeze."""
        self.world.store._freeze = None

    # ── Redis ────────────────────────────────────────────────────────────────────────────────────

    @rule()
    def back_up(self) -> None:
        """Somebody takes a snapshot of Redis."""
        self.images = [*self.images[-2:], self.world.store.image()]

    @rule(data=st.data(), survive=st.booleans())
    def set_back(self, data: st.DataObject, *, survive: bool) -> None:
        """Redis comes back as it was earlier, or empty; workers may have died with it."""
        image = data.draw(st.sampled_from([None, *range(len(self.images))]))
        self.lose_store(None if image is None else self.images[image], survive=survive)

    def lose_store(self, image: Any, *, survive: bool) -> None:
        """Have Redis as it was in `image`."""
        self.world.store.set_back(image)
        self.world.agenda.wakeups.clear()
        self.world.clock.advance(RESTART)
        self.paused.clear()
        self.forget_states()
        self.ghost.set_back(
            found.lease for prod in self.world.clusters.values() for found in prod.flying
        )
        if not survive:
            self.restart_workers()

    @rule()
    def restart_workers(self) -> None:
        """Every grants worker dies and is started again: what it remembered is gone."""
        for name in self.world.witnesses:
            self.world.witnesses[name] = Witness()

    def worker(self, cluster: str, left: int | None, lag: timedelta) -> None:
        """Be a grants worker; defined where the processes are."""
        raise NotImplementedError
