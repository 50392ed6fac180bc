"""What a limit and an end come to where more than the lease itself was written to."""

from dataclasses import replace

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.grant import APPROVERS
from daypass.domain.lease import EndCause, LeaseState
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import a_world
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.attacks.test_attack_names_taken import CAROL
from tests.unit.usecases.scenes import DAN, FIRST, HOUR, grant, look, names, ours, work


def test_what_somebody_changed_on_the_cluster_is_not_sealed_by_a_cut() -> None:
    """It lacks our seal, so it is not given another one: the next look sees that, and it goes."""
    world = a_world()
    grant(world)
    prod, found = world.clusters["prod"], ours(world)
    changed = {**found.annotations, APPROVERS: '["mallory@example.com"]'}
    prod.put(replace(found, annotations=changed))
    shorten(Shorten(actor=DAN, target=FIRST, length=HOUR / 2), world.ask)
    work(world)
    assert ours(world).annotations == changed
    look(world)
    assert names(world) == []


def test_lease_of_nobody_whose_request_is_gone_ends_all_the_same() -> None:
    """Who is said to hold it was never counted, and nobody knows any more who asked for it."""
    scene = Scene()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    over = replace(lease, state=LeaseState.REVOKING, cause=EndCause.REVOKED, holder=CAROL)
    scene.client.set(keys.lease(FIRST), encode(over))
    scene.client.delete(keys.request(lease.request))
    scene.client.zadd(keys.due("prod"), {f"end:{FIRST}": 1})
    scene.work()
    stored = scene.world.store.lease(FIRST)
    assert stored is not None
    assert stored.state is LeaseState.ENDED
    assert scene.world.clusters["prod"].objects == ()
