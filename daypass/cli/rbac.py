"""`daypass rbac`: what an administrator applies on a cluster before Daypass may work there."""

import argparse
from collections.abc import Mapping

from daypass.adapters.yaml import load
from daypass.domain.errors import RefusedError, SettingsError
from daypass.domain.policy import unknown_cluster


def render(given: argparse.Namespace, _environ: Mapping[str, str]) -> str:
    """Return the manifests as YAML; RefusedError when the file has no such cluster."""
    from daypass.adapters.kubernetes.deadman import (  # noqa: PLC0415 - slow to load
        IMAGE,
        dead_mans_switch,
    )
    from daypass.adapters.kubernetes.guard import guard  # noqa: PLC0415 - slow to load
    from daypass.adapters.kubernetes.lane import lane  # noqa: PLC0415 - slow to load
    from daypass.adapters.kubernetes.rights import rendered, rights  # noqa: PLC0415 - slow to load

    if given.image and not given.dead_mans_switch:
        raise SettingsError(["--image: only the CronJob of --dead-mans-switch has one"])
    catalog = load(given.file).catalog
    if given.cluster not in catalog.clusters:
        raise RefusedError(unknown_cluster(given.cluster, catalog))
    if given.dead_mans_switch:
        return rendered(dead_mans_switch(catalog.install, given.image or IMAGE))
    newer = [] if given.no_guard else [*lane(catalog.install), *guard(catalog, given.cluster)]
    return rendered([*rights(catalog, given.cluster, laned=not given.no_guard), *newer])
