"""How the grants worker reaches an API server; rules never look at this."""

from dataclasses import dataclass
from pathlib import Path

from daypass.domain.errors import BrokenInvariantError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterAccess:
    """Exactly one way in: `server` with its files, the pod's own account, or a kubeconfig.

    `ca_file` None means the certificate authorities of the system; `context` "" the kubeconfig's
    current one. Files are read again whenever they are used, for tokens are replaced under us.
    A client certificate and its key go together.
    """

    server: str = ""
    ca_file: Path | None = None
    token_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    in_cluster: bool = False
    kubeconfig: Path | None = None
    context: str = ""

    def __post_init__(self) -> None:
        """Refuse no way in, or more than one (the configuration says so more kindly)."""
        if [bool(self.server), self.in_cluster, self.kubeconfig is not None].count(True) != 1:
            raise BrokenInvariantError("a cluster is reached in exactly one way")
