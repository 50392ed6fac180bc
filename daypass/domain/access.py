"""How the grants worker reaches an API server; rules never look at this."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from daypass.domain.addresses import DIRECT, Proxies
from daypass.domain.errors import BrokenInvariantError

PLUGIN_TIMEOUT: Final = timedelta(seconds=20)
"""What a plugin gets that asks a cloud over a slow network: it takes a second or three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A command that prints a credential, as client.authentication.k8s.io describes it.

    It is run without a shell and with nothing of our environment. It is asked for, and answers
    with, `version` of that.
    """

    command: Path
    args: tuple[str, ...] = field(default=(), repr=False)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: timedelta = PLUGIN_TIMEOUT
    version: str = "v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterAccess:
    """Exactly one way in: `server` with its files, the pod's own account, or a kubeconfig.

    `ca_file` None means the certificate authorities of the system; `context` "" the kubeconfig's
    current one. Files are read again whenever they are used, for tokens are replaced under us.
    A client certificate and its key go together. `plugin` is run for a credential, `plugins` are
    the commands that the kubeconfig's user may name for one. `proxies` are those of the
    environment; a kubeconfig's own counts before them.
    """

    server: str = ""
    ca_file: Path | None = None
    token_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    plugin: Plugin | None = None
    in_cluster: bool = False
    kubeconfig: Path | None = None
    context: str = ""
    plugins: tuple[Path, ...] = ()
    proxies: Proxies = DIRECT

    def __post_init__(self) -> None:
        """Refuse no way in, or more than one (the configuration says so more kindly)."""
        if [bool(self.server), self.in_cluster, self.kubeconfig is not None].count(True) != 1:
            raise BrokenInvariantError("a cluster is reached in exactly one way")
