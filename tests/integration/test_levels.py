"""Levels on real clusters: one name on two of them, none named, and what is not there yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from daypass.domain.errors import RefusedError
from daypass.usecases.requests.browse import Browse, catalog
from daypass.usecases.requests.offering import OfferState
from daypass.usecases.requests.submit import Submit, submit
from tests.integration.site import ALICE, Site

pytestmark = pytest.mark.real

_RBAC = "rbac.authorization.k8s.io"
_ROLE: dict[str, Any] = {
    "apiVersion": f"{_RBAC}/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "to-come"},
    "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}],
}
_BINDING: dict[str, Any] = {
    "apiVersion": f"{_RBAC}/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "team-to-come"},
    "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "view"},
    "subjects": [{"apiGroup": _RBAC, "kind": "Group", "name": "team-to-come"}],
}


@contextmanager
def there(site: Site, thing: dict[str, Any]) -> Iterator[None]:
    """Inside, dev has that."""
    admin, name = site.clusters["dev"].admin(), thing["metadata"]["name"]
    admin.apply(thing)
    try:
        yield
    finally:
        admin.delete(f"/apis/{_RBAC}/v1/{thing['kind'].lower()}s/{name}")


def stands(site: Site, level: str) -> tuple[OfferState, str]:
    """Return how a level of dev stands to alice, and why."""
    found = catalog(Browse(actor=ALICE, words=("dev", level)), site.ask)
    [offer] = (one for one in found if one.level.name == level)
    return offer.state, " ".join(map(str, offer.why))


def test_one_name_gives_what_it_means_on_each_cluster(site: Site) -> None:
    """Proven and ended by each; who names no level on dev means it as well (ADR 0033)."""
    here = site.granted("look")
    assert site.may_list_pods("checkout")
    assert not site.may_list_pods("payments")
    assert not site.may_list_pods("payments", cluster="dev")
    away = site.granted("", cluster="dev", levels=())
    assert site.lease(away).level == "look"
    assert site.may_list_pods("payments", cluster="dev")
    assert not site.may_list_pods("checkout", cluster="dev")
    for lease in (here, away):
        site.released(lease)
    assert not site.may_list_pods("checkout")
    assert not site.may_list_pods("payments", cluster="dev")


@pytest.mark.parametrize(
    ("level", "thing", "lacks"),
    [
        ("to-come", _ROLE, "ClusterRole/to-come"),
        ("team-to-come", _BINDING, "Group/team-to-come"),
    ],
)
def test_level_can_be_asked_for_as_soon_as_what_it_gives_is_there(
    site: Site, level: str, thing: dict[str, Any], lacks: str
) -> None:
    """Said and refused before, with the reason; nobody restarts or refreshes anything."""
    why = f"{level} cannot be granted: dev has no {lacks}."
    site.until(lambda: stands(site, level) == (OfferState.UNAVAILABLE, why))
    with pytest.raises(RefusedError, match=lacks):
        submit(Submit(actor=ALICE, cluster="dev", levels=(level,), reason="x"), site.ask)
    with there(site, thing):
        site.until(lambda: stands(site, level) == (OfferState.AVAILABLE, ""))
        site.released(site.granted(level, cluster="dev"))
    site.until(lambda: stands(site, level)[0] is OfferState.UNAVAILABLE)
