"""`daypass rbac`: what an administrator applies on a cluster before Daypass may work there."""

import argparse
from collections.abc import Mapping
from typing import Any

from daypass.adapters.yaml import Configuration, load
from daypass.cli.diff import difference
from daypass.cli.report import Report
from daypass.domain.catalog import Catalog
from daypass.domain.errors import RefusedError, SettingsError
from daypass.domain.policy import unknown_cluster

Manifest = dict[str, Any]


def render(given: argparse.Namespace, environ: Mapping[str, str]) -> str | Report:
    """Return the manifests as YAML, or how a cluster differs from them.

    RefusedError when the file has no such cluster.
    """
    from daypass.adapters.kubernetes.deadman import (  # noqa: PLC0415 - slow to load
        IMAGE,
        dead_mans_switch,
    )
    from daypass.adapters.kubernetes.rights import rendered  # noqa: PLC0415 - slow to load

    _judge(given)
    configuration = load(given.file)
    _known(given.cluster, configuration)
    catalog = configuration.catalog
    if given.dead_mans_switch:
        return rendered(dead_mans_switch(catalog.install, given.image or IMAGE))
    wanted = needed(catalog, given.cluster, guarded=not given.no_guard)
    if given.diff:
        return difference(given, environ, configuration=configuration, wanted=wanted)
    return rendered(wanted)


def needed(catalog: Catalog, cluster: str, *, guarded: bool = True) -> list[Manifest]:
    """Return all that is to be applied on a cluster; `guarded`: with the guard and the lane."""
    from daypass.adapters.kubernetes.guard import guard  # noqa: PLC0415 - slow to load
    from daypass.adapters.kubernetes.lane import lane  # noqa: PLC0415 - slow to load
    from daypass.adapters.kubernetes.rights import rights  # noqa: PLC0415 - slow to load

    newer = [*lane(catalog.install), *guard(catalog, cluster)] if guarded else []
    return [*rights(catalog, cluster, laned=guarded), *newer]


def _judge(given: argparse.Namespace) -> None:
    faults = []
    if given.image and not given.dead_mans_switch:
        faults.append("--image: only the CronJob of --dead-mans-switch has one")
    if given.diff and given.dead_mans_switch:
        faults.append(
            "--diff: not of the dead man's switch; pipe what is printed without it into "
            "`kubectl diff -f -`"
        )
    if (given.kubeconfig or given.context) and not given.diff:
        faults.append("--kubeconfig, --context: without --diff no cluster is looked at")
    if faults:
        raise SettingsError(faults)


def _known(cluster: str, configuration: Configuration) -> None:
    if cluster not in configuration.catalog.clusters:
        raise RefusedError(unknown_cluster(cluster, configuration.catalog))
