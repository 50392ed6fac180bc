"""Redis loses what it held under the running whole: the clusters are believed, and nobody gains."""

from pathlib import Path

import pytest
from kubernetes.client import ApiException

from daypass.adapters.kubernetes.guard import guard_name
from daypass.domain.audit import Action
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.suspicion import Suspicion
from tests.guard import unguarded
from tests.integration.remembering import empty, events, marks, new_epoch
from tests.integration.servers import Backup
from tests.integration.test_extend import annotation, as_it_is, the_end
from tests.talk import ASK, JSON
from tests.whole import PRODUCT, Whole

pytestmark = pytest.mark.real

_DEV = "to dev --k8sGroup=team-view --namespace team-a --duration 10m"
_END = "daypass.dev/expires-at"
_LOST = "Daypass lost its memory and looks at what is on prod first"
_NEVER = "2099-01-01T00:00:00Z"


def test_lease_goes_on_as_its_own_when_redis_was_emptied(whole: Whole) -> None:
    """FLUSHALL under running workers: no access is cut, and who holds it can still give it back.

    No worker is restarted; what is asked anew is granted.
    """
    request = whole.grants()
    before, epoch, made = whole.lease(request), whole.store.epoch(), whole.object_of(request)
    with whole.frozen("grants"):
        empty(whole)
        assert whole.sees_pods("alice")
        assert "prod is unavailable" in whole.says("carol", ASK)
    assert new_epoch(whole, epoch).why == "the store was empty"
    after = whole.lease(request)
    assert (after.state, after.adopted) == (LeaseState.ACTIVE, True)
    assert (after.holder.id, after.level) == (before.holder.id, before.level)
    assert the_end(after) <= the_end(before)
    assert whole.sees_pods("alice")
    assert whole.object_of(request)["metadata"]["uid"] == made["metadata"]["uid"]
    assert len(events(whole, Action.LEASE_ADOPTED, f"{request}-1")) == 1
    assert f"{request}-1" in whole.says("alice", "leases")
    assert "Granted" in whole.says("alice", f"status {request}")
    whole.says("alice", f"release {request}")
    assert whole.reaches(request, LeaseState.ENDED).cause is EndCause.RELEASED
    assert not whole.sees_pods("alice")
    whole.grants("carol")
    assert whole.sees_pods("carol")


@pytest.mark.parametrize("restarted", [(), PRODUCT], ids=["Redis alone", "everything"])
def test_what_was_released_stays_released_when_redis_was_set_back(
    whole: Whole, tmp_path: Path, restarted: tuple[str, ...]
) -> None:
    """An older copy says that it is live: it ends again, and never is; what is newer goes on.

    Also where no process is left that could remember: the cluster does.
    """
    ended = whole.grants("carol")
    epoch, backup = whole.store.epoch(), Backup(whole.stack.valkey, tmp_path)
    whole.says("carol", f"release {ended}")
    whole.reaches(ended, LeaseState.ENDED)
    since = whole.grants("alice")
    for name in restarted:
        whole.stack.processes.kill(name)
    backup.put_back()
    assert whole.lease(ended).state is LeaseState.ACTIVE
    whole.revive()
    for cluster in ("prod", "dev"):
        whole.looks_now(cluster)
    begun = new_epoch(whole, epoch)
    assert not whole.sees_pods("carol")
    assert begun.why == "the store was set back to an earlier state"
    [event] = events(whole, Action.EPOCH_BEGUN, begun.id)
    assert event.facts == {"why": begun.why, "clusters": "dev, prod"}
    whole.reaches(ended, LeaseState.ENDED)
    assert (whole.lease(since).state, whole.lease(since).adopted) == (LeaseState.ACTIVE, True)
    assert whole.sees_pods("alice")
    assert not whole.sees_pods("carol")
    assert len(whole.objects()) == 1


def test_altered_object_is_removed_when_redis_was_emptied(whole: Whole) -> None:
    """A store that forgot makes no end later: what was altered meanwhile goes, with an alarm.

    The guard refuses the change to everybody; who may take it away first can make it.
    """
    request = whole.grants()
    epoch, found = whole.store.epoch(), whole.object_of(request)
    name = found["metadata"]["name"]
    with whole.frozen("grants"):
        with pytest.raises(ApiException, match=guard_name("sandbox")):
            whole.prod.admin().apply(_lengthened(found))
        with unguarded(whole.prod):
            whole.prod.admin().apply(_lengthened(found))
        assert annotation(whole.object_of(request), "expires-at") == _NEVER
        empty(whole)
        assert whole.sees_pods("alice")
    new_epoch(whole, epoch)
    assert not whole.objects()
    assert not whole.sees_pods("alice")
    [alarm] = events(whole, Action.OBJECT_REMOVED, f"RoleBinding payments/{name}")
    assert alarm.facts["why"] == Suspicion.FORGED
    assert not events(whole, Action.LEASE_ADOPTED)
    assert not whole.live()


def _lengthened(found: JSON) -> JSON:
    again = as_it_is(found)
    again["metadata"]["annotations"] |= {_END: _NEVER}
    return again


def test_one_cluster_goes_on_while_the_other_is_away(whole: Whole) -> None:
    """Each is proven for itself: grants on the one, the sentence for the other until it is back."""
    away, here = whole.grants(), whole.asks("alice", _DEV)
    whole.direct("alice", "Granted", f"{here}-1")
    epoch = whole.store.epoch()
    with whole.unreachable("prod"):
        empty(whole)
        new_epoch(whole, epoch, unproven="prod")
        whole.says("alice", f"release {here}")
        assert whole.reaches(here, LeaseState.ENDED).cause is EndCause.RELEASED
        another = whole.asks("carol", _DEV)
        whole.direct("carol", "Granted", f"{another}-1")
        assert _LOST in whole.says("carol", ASK)
        assert f"{away}-1" not in whole.live()
    new_epoch(whole, epoch)
    assert whole.lease(away).adopted
    assert whole.sees_pods("alice")
    [restored] = events(whole, Action.CLUSTER_RESTORED)[-1:]
    assert restored.cluster == "prod"
    whole.grants("carol")
    assert whole.sees_pods("carol")


def test_freeze_holds_when_redis_was_emptied(whole: Whole) -> None:
    """Who stopped everything is not overruled by a crash: the clusters know of it, too."""
    assert "Frozen" in whole.says("dan", "freeze because stolen laptop")
    try:
        whole.until(lambda: all("stolen laptop" in one for one in marks(whole)), "they know")
        epoch = whole.store.epoch()
        empty(whole)
        new_epoch(whole, epoch)
        whole.until(lambda: bool(events(whole, Action.GRANTS_FROZEN)), "a cluster tells of it")
        [again] = events(whole, Action.GRANTS_FROZEN)
        assert again.facts["from"] == "the cluster's mark"
        said = "No access is granted for now; @dan stopped it: stolen laptop."
        assert said in whole.says("alice", ASK)
    finally:
        before = marks(whole)
        assert "granted again everywhere" in whole.says("dan", "thaw")
    whole.until(lambda: not set(before) & set(marks(whole)), "every cluster knows of the thaw")
    epoch = whole.store.epoch()
    empty(whole)
    new_epoch(whole, epoch)
    whole.grants("alice")
