"""What everybody has on a cluster is in its picture within a moment, whoever keeps it."""

import pytest

from daypass.domain.picture import Kind
from sandbox.seed import apply
from tests.integration.site import Site

pytestmark = pytest.mark.real
_ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/payments/roles"


def comes_and_goes(site: Site, name: str) -> None:
    """Make a role as an administrator does, and take it away; both are seen."""
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": name, "namespace": "payments"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    }
    apply(site.prod, [role])
    key = f"Role/payments/{name}"
    site.until(lambda: key in site.ask.pictures.keys("prod", Kind.ROLE))
    site.prod.admin().delete(f"{_ROLES}/{name}")
    site.until(lambda: key not in site.ask.pictures.keys("prod", Kind.ROLE))


def current(site: Site) -> None:
    """Wait until somebody keeps the picture, and every kind of it is seen."""

    def kept() -> bool:
        about = site.ask.pictures.about("prod")
        return about is not None and about.current(site.ask.clock.now()) and not about.unseen

    site.until(kept)


def test_role_is_in_the_picture_when_somebody_made_it(site: Site) -> None:
    """And gone when it is gone."""
    current(site)
    comes_and_goes(site, "odd:Name")


def test_picture_goes_on_when_the_api_server_was_away(site: Site) -> None:
    """What comes after is seen."""
    site.clusters.stop_api_server("prod")
    site.clusters.start_api_server("prod")
    comes_and_goes(site, "after")


def test_another_worker_keeps_the_picture_when_its_holder_is_killed(site: Site) -> None:
    """Some seconds later."""
    current(site)
    site.processes.kill("grants")
    site.start("grants", name="second")
    comes_and_goes(site, "second")
    site.processes.stop("second")
    site.start("grants")
