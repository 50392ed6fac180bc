"""What the sandbox gives its servers, clusters and people, as values."""

import random
import socket
import stat
from pathlib import Path

import pytest

from sandbox.cluster.api import Manifest, path_of
from sandbox.cluster.binaries import NAMES, Binaries
from sandbox.cluster.commands import (
    ClusterPlace,
    api_server_command,
    controllers_command,
    etcd_command,
)
from sandbox.cluster.ports import free_ports
from sandbox.cluster.servers import ClusterServer, tokens_csv
from sandbox.kubeconfig import Context, kubeconfig, write_kubeconfig
from sandbox.private import write_private
from sandbox.seed_objects import APPROVERS, NAMESPACES, seeded_objects, seeded_statuses
from sandbox.valkey import ValkeyAddress, configuration

_BINARIES = Binaries.of({name: Path("/bin") / name for name in NAMES})
_PLACE = ClusterPlace(name="prod", folder=Path("/run/prod"), api_port=20001)


def _server(tmp_path: Path) -> ClusterServer:
    return ClusterServer(
        name="prod",
        url="https://127.0.0.1:20001",
        ca_file=tmp_path / "ca.crt",
        audit_log=tmp_path / "audit.log",
        admin_token="t-admin",
        tokens={"alice": "t-alice", "bob": "t-bob"},
    )


def test_servers_listen_on_loopback_only_when_started() -> None:
    """Every address that a server binds or speaks to is 127.0.0.1."""
    commands = (
        *etcd_command(_BINARIES, Path("/run/etcd"), (20003, 20004)),
        *api_server_command(_BINARIES, _PLACE, "http://127.0.0.1:20003"),
        *controllers_command(_BINARIES, _PLACE),
    )
    addresses = [a for a in commands if "http" in a or a.startswith("--bind-address")]
    assert len(addresses) == 8
    assert all("127.0.0.1" in address for address in addresses)


def test_controllers_serve_nothing_when_started() -> None:
    """Nobody asks them anything: no port, and flags that a stock program takes as well."""
    flags = [flag.partition("=")[0] for flag in controllers_command(_BINARIES, _PLACE)[1:]]
    assert flags == ["--kubeconfig", "--controllers", "--leader-elect", "--secure-port"]
    assert "--secure-port=0" in controllers_command(_BINARIES, _PLACE)


def test_clusters_have_their_own_prefix_when_they_share_etcd() -> None:
    """Two clusters never see each other's objects."""
    assert "--etcd-prefix=/prod" in api_server_command(_BINARIES, _PLACE, "http://127.0.0.1:1")


def test_token_file_has_no_empty_group_when_a_person_has_none(tmp_path: Path) -> None:
    """A trailing comma would put people into the group with the empty name."""
    accounts = {"alice": "alice@example.com", "bob": "bob@example.com"}
    assert tokens_csv(_server(tmp_path), accounts).splitlines() == [
        't-admin,admin,admin,"system:masters"',
        "t-alice,alice@example.com,alice",
        "t-bob,bob@example.com,bob",
    ]


def test_value_hides_its_tokens_when_printed(tmp_path: Path) -> None:
    """No token gets into a log by way of a repr."""
    server = _server(tmp_path)
    shown = f"{server!r}{server.admin()!r}{server.contexts()!r}"
    assert "t-admin" not in shown
    assert "t-alice" not in shown
    assert "s3cret" not in repr(ValkeyAddress(port=1, password="s3cret"))


def test_kubeconfig_has_a_context_for_each_when_given_several(tmp_path: Path) -> None:
    """`<account>@<cluster>` names the context; each cluster stands in it once."""
    (tmp_path / "ca.crt").write_text("certificate")
    document = kubeconfig(_server(tmp_path).contexts())
    assert [context["name"] for context in document["contexts"]] == ["alice@prod", "bob@prod"]
    assert document["current-context"] == "alice@prod"
    assert document["users"][1] == {"name": "bob@prod", "user": {"token": "t-bob"}}
    assert document["clusters"] == [
        {
            "name": "prod",
            "cluster": {
                "server": "https://127.0.0.1:20001",
                "certificate-authority-data": "Y2VydGlmaWNhdGU=",
            },
        }
    ]


def test_kubeconfig_is_private_when_it_replaces_one_that_was_not(tmp_path: Path) -> None:
    """Tokens are inside: mode 0600, whatever was there before."""
    path, authority = tmp_path / "kubeconfig", tmp_path / "ca.crt"
    path.write_text("old")
    path.chmod(0o644)
    authority.write_text("certificate")
    context = Context(user="a", cluster="c", url="https://x", ca_file=authority, token="t")
    assert write_kubeconfig(path, [context]) == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "token: t\n" in path.read_text()


def test_file_is_private_when_an_earlier_write_broke_off(tmp_path: Path) -> None:
    """What a killed run left is no obstacle, and its mode is not inherited."""
    (tmp_path / "token.new").write_text("half")
    path = write_private(tmp_path / "token", "whole")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("whole", 0o600)


@pytest.mark.parametrize(
    ("version", "kind", "namespace", "path"),
    [
        ("v1", "Namespace", None, "/api/v1/namespaces/x"),
        ("v1", "Pod", "n", "/api/v1/namespaces/n/pods/x"),
        (
            "rbac.authorization.k8s.io/v1",
            "ClusterRoleBinding",
            None,
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/x",
        ),
        (
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "n",
            "/apis/networking.k8s.io/v1/namespaces/n/networkpolicies/x",
        ),
        (
            "networking.k8s.io/v1",
            "IngressClass",
            None,
            "/apis/networking.k8s.io/v1/ingressclasses/x",
        ),
    ],
)
def test_path_is_kubernetes_own_when_guessed(
    version: str, kind: str, namespace: str | None, path: str
) -> None:
    """Core and named groups, namespaced or not, with Kubernetes' plurals."""
    metadata = {"name": "x"} | ({"namespace": namespace} if namespace else {})
    assert path_of({"apiVersion": version, "kind": kind, "metadata": metadata}) == path


def _identity(manifest: Manifest) -> tuple[str, str, str]:
    metadata = manifest["metadata"]
    return manifest["kind"], metadata.get("namespace", ""), metadata["name"]


def test_seed_has_every_object_once_when_listed() -> None:
    """Two manifests of one object would undo each other; statuses belong to seeded objects."""
    objects = [_identity(manifest) for manifest in seeded_objects()]
    assert len(set(objects)) == len(objects)
    assert {_identity(manifest) for manifest in seeded_statuses()} < set(objects)
    assert {name for kind, _, name in objects if kind == "Namespace"} == set(NAMESPACES)


def test_seed_gives_people_nothing_when_they_asked_for_nothing() -> None:
    """Access comes from Daypass alone; approvers may look at bindings, groups have no members."""
    bindings = [m for m in seeded_objects() if m["kind"].endswith("Binding")]
    subjects = [subject for binding in bindings for subject in binding["subjects"]]
    people = {subject["name"] for subject in subjects if subject["kind"] == "User"}
    assert people == set(APPROVERS)
    (looking,) = [m for m in bindings if m["metadata"]["name"] == "binding-readers"]
    assert looking["subjects"] == [s for s in subjects if s["kind"] == "User"]
    assert not [subject for subject in subjects if subject["name"].startswith("system:")]


def test_valkey_is_bound_to_loopback_when_configured() -> None:
    """The configuration binds loopback, asks for the password and syncs each write."""
    lines = configuration(ValkeyAddress(port=20005, password="p"), Path("/run/a b")).splitlines()
    assert {"bind 127.0.0.1", "port 20005", "requirepass p", 'dir "/run/a b"'} <= set(lines)
    assert {"appendonly yes", "appendfsync always", "maxmemory-policy noeviction"} <= set(lines)


def test_ports_are_free_and_different_when_asked_for_many() -> None:
    """Each port can be listened on, and none is given twice."""
    ports = free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", port))


def test_ports_are_others_when_processes_are_seeded_alike() -> None:
    """Tests that run side by side begin with the same seed, and must not take the same ports."""
    taken = []
    for _ in range(2):
        random.seed(7)
        taken.append(free_ports(5))
    assert taken[0] != taken[1]
