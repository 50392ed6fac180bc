"""`daypass reconcile --no-redis`: the tool for the worst day, and the dead man's switch.

It reads no store and asks nobody but the clusters themselves.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from daypass.adapters.yaml import load
from daypass.cli.report import Report, plain
from daypass.cli.threads import at_once
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import BrokenInvariantError, RefusedError, SettingsError
from daypass.domain.listed import Listed
from daypass.domain.listing import few
from daypass.domain.policy import unknown_cluster
from daypass.settings import SweepSettings
from daypass.usecases.grants.deletion import Deletion
from daypass.usecases.grants.remove import NAMED
from daypass.usecases.grants.sweep import Sweep, Swept, sweep

CLUSTERS: Final = 8
"""Swept at once: what one of them takes of memory and threads is bounded, and so is all of it."""
HERE: Final = "this cluster"
KEYLESS: Final = (
    "DAYPASS_MAC_KEY is not set: what was forged or altered cannot be told; only ends are looked at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where to sweep, for which install."""

    install: str
    access: Mapping[str, ClusterAccess]


def without_redis(given: argparse.Namespace, environ: Mapping[str, str]) -> Report:
    """Sweep each cluster, whatever becomes of the others; good when nothing is left."""
    settings = SweepSettings.read(environ, configured=not given.in_cluster)
    places = _here(given, settings) if given.in_cluster else _configured(given, settings)
    wishes = [
        Sweep(
            install=places.install,
            cluster=name,
            key=settings.mac_key,
            everything=given.all,
            rehearsal=given.dry_run,
        )
        for name in places.access
    ]
    results = sweep_all(wishes, places.access)
    notes = [] if settings.mac_key or given.all else [KEYLESS]
    lines = (
        line
        for name, swept in results.items()
        for line in told(name, swept, rehearsal=given.dry_run, quiet=given.quiet)
    )
    good = all(swept.clean for swept in results.values())
    return Report(text="\n".join([*notes, *lines]), good=good)


def _here(given: argparse.Namespace, settings: SweepSettings) -> Places:
    faults = []
    if not given.install:
        faults.append("--in-cluster: whose objects? Add --install with the name in daypass.yaml")
    if len(given.clusters) > 1:
        faults.append("--cluster: this is one cluster; write its name once, or leave it out")
    if settings.mac_key and not given.clusters:
        faults.append(
            "DAYPASS_MAC_KEY: a seal is good on one cluster only; add --cluster with its name"
        )
    if faults:
        raise SettingsError(faults)
    name = given.clusters[0] if given.clusters else HERE
    access = ClusterAccess(in_cluster=True, proxies=settings.proxies)
    return Places(install=given.install, access={name: access})


def _configured(given: argparse.Namespace, settings: SweepSettings) -> Places:
    """Take the clusters from daypass.yaml; none is touched where one is unknown."""
    if given.install:
        raise SettingsError(["--install: daypass.yaml names it; leave it out without --in-cluster"])
    if settings.config is None:
        raise BrokenInvariantError("settings were read without the configuration")
    configuration = load(settings.config)
    names = given.clusters or list(configuration.access)
    for name in names:
        if name not in configuration.access:
            raise RefusedError(unknown_cluster(name, configuration.catalog))
    ways = configuration.ways(settings.proxies)
    return Places(install=configuration.catalog.install, access={one: ways[one] for one in names})


def sweep_all(wishes: Sequence[Sweep], access: Mapping[str, ClusterAccess]) -> dict[str, Swept]:
    """Sweep clusters side by side, CLUSTERS at once: one that hangs keeps no other waiting."""

    def swept(wish: Sweep) -> tuple[str, Swept]:
        return wish.cluster, _swept(wish, access[wish.cluster])

    return dict(at_once(swept, wishes, CLUSTERS))


def _swept(wish: Sweep, access: ClusterAccess) -> Swept:
    from daypass.adapters.kubernetes.cluster import ApiCluster  # noqa: PLC0415 - slow to load

    cluster = ApiCluster(wish.cluster, access, install=wish.install, now=_no_clock)
    try:
        return sweep(wish, cluster, at_once)
    finally:
        cluster.close()


def _no_clock() -> datetime:
    raise BrokenInvariantError("there is no clock but the API server's")


def told(name: str, swept: Swept, *, rehearsal: bool, quiet: bool) -> Iterator[str]:
    """Return a line for each object, `quiet` none for those that stay, and a summary."""
    for one in swept.removed:
        yield _line(name, f"removed {_object(one.found)}: {one.why}")
    for one in swept.left:
        yield _line(
            name,
            f"would remove {_object(one.found)}: {one.why}{_but(one)}"
            if rehearsal
            else f"NOT removed {_object(one.found)}: {one.why}; {one.refusal}",
        )
    for kept in () if quiet else swept.kept:
        yield _line(name, f"kept {_object(kept)}")
    if swept.failed:
        yield _line(name, f"not everything could be looked at: {swept.failed}")
    yield _line(name, _summary(swept, rehearsal=rehearsal))


def _line(name: str, text: str) -> str:
    """Write one line: whoever forges objects must not write lines of their own, nor colours."""
    return plain(f"{name}: {text}")


def _object(found: Listed) -> str:
    return f"{found.ref} ({found.said})"


def _but(one: Deletion) -> str:
    """Say what will keep it all the same, as one that was tried says it."""
    if not one.found.finalizers:
        return ""
    return f"; it would wait for the finalizer {few(one.found.finalizers, NAMED)}"


def _summary(swept: Swept, *, rehearsal: bool) -> str:
    removed, left = f"{len(swept.removed)} removed", f"{len(swept.left)} NOT removed"
    parts = [f"{len(swept.left)} would be removed"] if rehearsal else [removed, left]
    parts.append(f"{len(swept.kept)} kept")
    if swept.foreign:
        parts.append(f"{swept.foreign} of other installs left alone")
    return f"{', '.join(parts)}; {'done' if swept.clean else 'NOT DONE'}"
