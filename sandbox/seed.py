"""What is done to the sandbox's clusters as administrator, before the product starts.

The product itself never has these rights: it gets the token of its own ServiceAccount.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import urllib3
from kubernetes.client import ApiException

from daypass.adapters.kubernetes.static import account
from sandbox.cluster.api import Manifest
from sandbox.cluster.servers import ClusterServer
from sandbox.errors import SandboxError
from sandbox.private import write_private
from sandbox.seed_objects import seeded_objects, seeded_statuses

_ACCOUNTS = "/api/v1/namespaces/daypass/serviceaccounts"
_DAY = 24 * 60 * 60  # Seconds; longer than a sandbox runs.


def seed(server: ClusterServer) -> None:
    """Makes the cluster look alive; may be done again.

    Raises:
        SandboxError: the API server refused something.
    """
    apply(server, seeded_objects())
    for manifest in seeded_statuses():
        _made(server, manifest, server.admin().apply_status)


def apply(server: ClusterServer, manifests: Iterable[Manifest]) -> None:
    """Makes the objects as administrator, namespaces first, else in order; may be done again.

    Raises:
        SandboxError: the API server refused one; the text names it and says why.
    """
    for manifest in sorted(manifests, key=lambda manifest: manifest["kind"] != "Namespace"):
        _made(server, manifest, server.admin().apply)


def _made(
    server: ClusterServer, manifest: Manifest, apply_one: Callable[[Manifest], Manifest]
) -> None:
    try:
        apply_one(manifest)
    except (ApiException, urllib3.exceptions.HTTPError) as error:
        what = f"{manifest['kind']} {manifest['metadata']['name']}"
        raise SandboxError(f"{what} could not be made on {server.name}: {error}") from error


def worker_token(server: ClusterServer, path: Path, *, install: str = "sandbox") -> Path:
    """Writes a token of an install's ServiceAccount, good for a day, to a file of mode 0600.

    Raises:
        SandboxError: there is no such ServiceAccount: its rights were not applied before.
    """
    request = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": _DAY},
    }
    try:
        answer = server.admin().post(f"{_ACCOUNTS}/{account(install)}/token", request)
    except (ApiException, urllib3.exceptions.HTTPError) as error:
        raise SandboxError(f"No token for the worker on {server.name}: {error}") from error
    return write_private(path, answer["status"]["token"])
