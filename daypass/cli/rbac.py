"""`daypass rbac`: what an administrator applies on a cluster before Daypass may work there."""

import argparse
from collections.abc import Mapping

from daypass.adapters.yaml import load
from daypass.domain.errors import RefusedError
from daypass.domain.policy import unknown_cluster


def render(given: argparse.Namespace, _environ: Mapping[str, str]) -> str:
    """Return the manifests as YAML; RefusedError when the file has no such cluster."""
    from daypass.adapters.kubernetes.rights import rendered, rights  # noqa: PLC0415 - slow to load

    catalog = load(given.file).catalog
    if given.cluster not in catalog.clusters:
        raise RefusedError(unknown_cluster(given.cluster, catalog))
    return rendered(rights(catalog, given.cluster))
