"""The command lines of the cluster's servers; pure, nothing is started here."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.cluster.binaries import Binaries

# Aggregation fills view, edit and admin; the others make namespaces behave as a person expects.
CONTROLLERS = (
    "clusterrole-aggregation-controller",
    "garbage-collector-controller",
    "namespace-controller",
    "serviceaccount-controller",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPlace:
    """Where one cluster's servers live: its folder, and its API server's port on 127.0.0.1."""

    name: str
    folder: Path
    api_port: int

    @property
    def url(self) -> str:
        """The API server's address."""
        return f"https://127.0.0.1:{self.api_port}"

    @property
    def ca_file(self) -> Path:
        """The certificate that the API server makes for itself: it is its own authority."""
        return self.folder / "apiserver.crt"

    @property
    def audit_log(self) -> Path:
        """One JSON event per line."""
        return self.folder / "audit.log"

    @property
    def audit_policy(self) -> Path:
        """What the API server writes into the audit log."""
        return self.folder / "audit-policy.yaml"

    @property
    def tokens(self) -> Path:
        """Who the API server knows."""
        return self.folder / "tokens.csv"

    @property
    def controllers_kubeconfig(self) -> Path:
        """How the controllers reach the API server."""
        return self.folder / "controllers.kubeconfig"


def etcd_command(binaries: Binaries, folder: Path, ports: tuple[int, int]) -> tuple[str, ...]:
    """An etcd that gives up safety on power loss for speed: its data lives as long as the run."""
    client, peer = (f"http://127.0.0.1:{port}" for port in ports)
    return (
        str(binaries.etcd),
        f"--data-dir={folder}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    )


def api_server_command(binaries: Binaries, place: ClusterPlace, etcd: str) -> tuple[str, ...]:
    """An API server with RBAC, a token file and an audit log, and no kubelet behind it."""
    return (
        str(binaries.kube_apiserver),
        f"--etcd-servers={etcd}",
        f"--etcd-prefix=/{place.name}",
        f"--cert-dir={place.folder}",
        "--bind-address=127.0.0.1",
        f"--secure-port={place.api_port}",
        # A server may not advertise loopback. This address is reserved for examples, so that the
        # EndpointSlice default/kubernetes counts one server and leads nowhere else.
        "--advertise-address=192.0.2.1",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--authorization-mode=RBAC",
        "--allow-privileged=true",
        # Pods are pictures here: no controller would make their ServiceAccount's token.
        "--disable-admission-plugins=ServiceAccount",
        f"--service-account-issuer={place.url}",
        # The server makes this key for its own certificate just before it reads it here: so nobody
        # needs a tool that makes keys.
        f"--service-account-key-file={place.folder / 'apiserver.key'}",
        f"--service-account-signing-key-file={place.folder / 'apiserver.key'}",
        f"--token-auth-file={place.tokens}",
        f"--audit-policy-file={place.audit_policy}",
        f"--audit-log-path={place.audit_log}",
        "--min-request-timeout=3",  # Watches end within 6 s: a revoked one is seen to end.
        "--profiling=false",
    )


def controllers_command(binaries: Binaries, place: ClusterPlace) -> tuple[str, ...]:
    """Controllers that serve nothing; a stock kube-controller-manager takes the same flags."""
    return (
        str(binaries.kube_controller_manager),
        f"--kubeconfig={place.controllers_kubeconfig}",
        f"--controllers={','.join(CONTROLLERS)}",
        "--leader-elect=false",
        "--secure-port=0",
    )
