"""`daypass rbac --diff`: what of a cluster differs from what its configuration needs."""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from difflib import unified_diff
from pathlib import Path
from typing import Any, Final

from daypass.adapters.yaml import Configuration
from daypass.cli.report import Report, plain
from daypass.cli.threads import at_once
from daypass.domain.access import ClusterAccess
from daypass.domain.addresses import Proxies
from daypass.domain.errors import OutsideError
from daypass.domain.upkeep.comparison import Compared, Standing
from daypass.settings import LookSettings
from daypass.usecases.upkeep.compare import compare

_AROUND: Final = 3
"""Lines that stand around each difference, as `diff -u` has them."""
_DIFFERS: Final = frozenset({Standing.MISSING, Standing.CHANGED, Standing.NEEDLESS})


def difference(
    given: argparse.Namespace,
    environ: Mapping[str, str],
    *,
    configuration: Configuration,
    wanted: Sequence[dict[str, Any]],
) -> Report:
    """Look at the cluster and say what differs; good where all of it is as it should be."""
    from daypass.adapters.kubernetes.inspecting import (  # noqa: PLC0415 - slow to load
        NAMES,
        inspector,
    )

    proxies = LookSettings.read(environ).proxies
    ways = configuration.ways(proxies)
    access = administrators(given, environ, proxies) or ways[given.cluster]
    try:
        with closing(inspector(given.cluster, access)) as cluster:
            cluster.probe()
            install = configuration.catalog.install
            found = compare(wanted, cluster, install=install, names=NAMES, each=at_once)
    except OutsideError as error:
        return Report(text=plain(f"{given.cluster} could not be looked at: {error}"), blind=True)
    return told(given.cluster, found)


def administrators(
    given: argparse.Namespace, environ: Mapping[str, str], proxies: Proxies
) -> ClusterAccess | None:
    """Return the administrator's own way in, where one is given."""
    if not given.kubeconfig and not given.context:
        return None
    usual = Path(environ.get("KUBECONFIG") or Path.home() / ".kube" / "config")
    kubeconfig = given.kubeconfig or usual
    return ClusterAccess(kubeconfig=kubeconfig, context=given.context, proxies=proxies)


def told(cluster: str, found: Sequence[Compared]) -> Report:
    """Put a comparison into lines: each object that differs, and how many are the same."""
    standings = {one.standing for one in found}
    lines = [line for one in found for line in _lines(one)]
    return Report(
        text="\n".join(map(plain, [*lines, *_summary(cluster, found)])),
        good=not standings & _DIFFERS,
        blind=Standing.UNREAD in standings,
    )


def _lines(one: Compared) -> Iterator[str]:
    if one.standing is Standing.SAME:
        return
    yield f"{one.standing}: {one.thing}{f': {one.why}' if one.why else ''}"
    if one.standing is Standing.NEEDLESS:
        yield f"    {one.thing.deleting}"
    if one.standing is Standing.CHANGED:
        yield from (f"    {line}" for line in differing(one))


def differing(one: Compared) -> Iterator[str]:
    """Return what differs of an object: `-` is there and should not be, `+` should be there."""
    from daypass.adapters.kubernetes.rights import rendered  # noqa: PLC0415 - slow to load

    there, wanted = (
        rendered([dict(side)]).splitlines() if side else [] for side in (one.found, one.wanted)
    )
    return unified_diff(there, wanted, "on the cluster", "needed", lineterm="", n=_AROUND)


def _summary(cluster: str, found: Sequence[Compared]) -> Iterator[str]:
    count = Counter(one.standing for one in found)
    parts = [f"{count[one]:,} {one}" for one in Standing if count[one]]
    yield f"{cluster}: {', '.join(parts)}"
    if count[Standing.MISSING] or count[Standing.CHANGED]:
        yield (
            f"Apply what is needed: daypass rbac FILE --cluster {cluster} | "
            f"kubectl --context {cluster} apply -f -"
        )
    if count[Standing.UNREAD]:
        yield (
            "What was not read may differ: run it as an administrator of the cluster, "
            "with --kubeconfig FILE or --context NAME"
        )
