"""`daypass doctor`: whether the clusters are as Daypass needs them, a line for each finding."""

import argparse
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime

from daypass.adapters.yaml import load
from daypass.cli.diff import administrators
from daypass.cli.rbac import needed
from daypass.cli.report import Report, plain
from daypass.cli.threads import at_once
from daypass.domain.access import ClusterAccess
from daypass.domain.catalog import Catalog
from daypass.domain.errors import OutsideError, RefusedError, SettingsError
from daypass.domain.policy import unknown_cluster
from daypass.domain.upkeep.finding import About, Finding, Mark
from daypass.settings import LookSettings
from daypass.usecases.upkeep.examine import Eyes, Needs, examine, unreached


def doctor(given: argparse.Namespace, environ: Mapping[str, str]) -> Report:
    """Look at each cluster; RefusedError when the file has no such one."""
    proxies = LookSettings.read(environ).proxies
    admin = administrators(given, environ, proxies)
    if admin and len(given.clusters) != 1:
        raise SettingsError(
            ["--kubeconfig, --context: they lead to one cluster; say which with one --cluster NAME"]
        )
    configuration = load(given.file)
    catalog, ways = configuration.catalog, configuration.ways(proxies)
    for name in given.clusters:
        if name not in catalog.clusters:
            raise RefusedError(unknown_cluster(name, catalog))
    names = list(dict.fromkeys(given.clusters or sorted(catalog.clusters)))

    def one(name: str) -> Sequence[Finding]:
        needs = _needs(name, given, catalog)
        return tuple(_examined(name, needs, worker=ways[name], admin=admin))

    return told([found for all_of_it in at_once(one, names) for found in all_of_it])


def _examined(
    name: str, needs: Needs, *, worker: ClusterAccess, admin: ClusterAccess | None
) -> Iterator[Finding]:
    from daypass.adapters.kubernetes.inspecting import inspector  # noqa: PLC0415 - slow to load

    about = About(name=name)
    with ExitStack() as stack:
        try:
            as_worker = stack.enter_context(closing(inspector(name, worker)))
        except OutsideError as error:
            yield unreached(about, error)
            return
        try:
            reader = stack.enter_context(closing(inspector(name, admin))) if admin else as_worker
        except OutsideError as error:
            yield about.unseen(f"the administrator's way in cannot be used: {error}")
            reader = as_worker
        eyes = Eyes(worker=as_worker, reader=reader, each=at_once, now=_here)
        yield from examine(about, needs, eyes)


def _here() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - This machine's clock is what is compared.


def _needs(name: str, given: argparse.Namespace, catalog: Catalog) -> Needs:
    from daypass.adapters.kubernetes.guard import guard_name  # noqa: PLC0415 - slow to load
    from daypass.adapters.kubernetes.inspecting import NAMES  # noqa: PLC0415 - slow to load

    rbac = f"daypass rbac {shlex.quote(str(given.file))} --cluster {name}"
    ways = (("--kubeconfig", str(given.kubeconfig or "")), ("--context", given.context))
    options = "".join(f" {flag} {shlex.quote(value)}" for flag, value in ways if value)
    return Needs(
        install=catalog.install,
        names=NAMES,
        guard=guard_name(catalog.install),
        wanted=lambda guarded: needed(catalog, name, guarded=guarded),
        applying=f"{rbac} | kubectl --context {shlex.quote(given.context or name)} apply -f -",
        showing=f"{rbac} --diff{options}",
    )


def told(found: Sequence[Finding]) -> Report:
    """Put findings into lines, each with what mends it below."""
    return Report(
        text="\n".join(map(plain, (line for one in found for line in _lines(one)))),
        good=not any(one.mark is Mark.TROUBLE and not one.blind for one in found),
        blind=any(one.blind for one in found),
    )


def _lines(one: Finding) -> Iterator[str]:
    yield f"{one.mark:<7} {one.about}: {one.says}"
    if one.mend:
        yield f"    {one.mend}"
