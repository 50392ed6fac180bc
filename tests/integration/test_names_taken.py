"""An object that a lease names no more, and that nothing marks as ours, on real parts."""

from dataclasses import replace

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.lease import LeaseState
from daypass.usecases.grants.remove import objects_of
from tests.guard import unguarded_by_all
from tests.integration.site import BINDINGS, Site

pytestmark = pytest.mark.real


def test_an_object_without_labels_goes_though_its_lease_names_none(site: Site) -> None:
    """By whoever writes to both: the review names it, by a name that nobody else gives (law 4)."""
    lease = site.granted("debug")
    stored = site.lease(lease)
    assert stored.attempt is not None
    (ref,) = objects_of(stored)
    bare = replace(stored, attempt=replace(stored.attempt, objects=()))
    site.redis.set(keys.lease(lease), encode(bare))
    with unguarded_by_all(site.prod):
        api, path = site.prod.admin(), f"{BINDINGS}/{ref.name}"
        there = api.get(path)
        api.replace(path, {**there, "metadata": {**there["metadata"], "labels": {}}})
        assert site.may_list_pods("payments")
        site.released(lease)
        assert not site.may_list_pods("payments")
    over = site.lease(lease)
    assert (over.state, over.still) == (LeaseState.ENDED, "")
