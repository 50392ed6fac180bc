"""A cluster that knows us by what a plugin gives: run where the configuration says so only."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.cluster import CALL_TIMEOUT
from daypass.adapters.kubernetes.kubeconfig_exec import about_cluster
from daypass.adapters.kubernetes.plugin import GROUP
from daypass.adapters.kubernetes.renewing import PAUSE
from daypass.domain.access import ClusterAccess, Plugin
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from tests.authority import Authority, Issued
from tests.ticks import Ticks
from tests.unit.adapters.kubernetes.canned import Canned, CannedServer
from tests.unit.adapters.kubernetes.plugins import Script
from tests.unit.adapters.kubernetes.served import refused
from tests.unit.adapters.kubernetes.test_access import a_kubeconfig, said_by

FINE = Canned(body={"kind": "Namespace"})
UNKNOWN = refused(401, "Unauthorized")
V1 = "client.authentication.k8s.io/v1"


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """A plugin."""
    return Script(tmp_path)


def by_kubeconfig(
    folder: Path, more: dict[str, Any], *allowed: Path, cluster: dict[str, Any] | None = None
) -> ClusterAccess:
    """Return a cluster by a kubeconfig whose user is a command."""
    user = {"exec": {"apiVersion": V1, "interactiveMode": "Never", **more}}
    where = {"server": "https://10.0.0.1", **(cluster or {})}
    path = a_kubeconfig(folder, cluster=where, user=user)
    return ClusterAccess(kubeconfig=path, plugins=allowed)


def test_call_is_made_with_what_it_gives_and_again_when_that_is_refused(script: Script) -> None:
    """One run for all calls; a 401 asks for another one, and the call is made once more."""
    ticks = Ticks()
    with CannedServer(FINE, FINE, UNKNOWN, FINE) as server:
        access = ClusterAccess(server=server.url, plugin=Plugin(command=script.path))
        api = Api("prod", Way(access, ticks=ticks), CALL_TIMEOUT)
        for _ in range(2):
            api.get("/x")
        assert script.runs == 1
        script.answers({"token": "t-2"})
        ticks.move_on(PAUSE)
        assert api.get("/x").good
        api.close()
    sent = [one.headers["Authorization"] for one in server.asked]
    assert sent == ["Bearer t-1"] * 3 + ["Bearer t-2"]


def test_is_run_once_when_all_threads_begin_at_one_time(script: Script) -> None:
    """As they do when a worker starts."""
    way = Way(ClusterAccess(server="https://10.0.0.1", plugin=Plugin(command=script.path)))
    begin = Barrier(16)

    def ask() -> str:
        begin.wait()
        return said_by(way)

    with ThreadPoolExecutor(16) as threads:
        asked = [threads.submit(ask) for _ in range(16)]
        assert {one.result() for one in asked} == {"t-1"}
    assert script.runs == 1


def test_good_one_is_kept_when_a_server_refuses_it_and_the_plugin_fails(script: Script) -> None:
    """The server may be wrong for a moment: what is good is tried again, and the fault is said."""
    ticks = Ticks()
    with CannedServer(FINE, UNKNOWN, FINE) as server:
        access = ClusterAccess(server=server.url, plugin=Plugin(command=script.path))
        api = Api("prod", Way(access, ticks=ticks), CALL_TIMEOUT)
        api.get("/x")
        script.prints("", code=1)
        ticks.move_on(PAUSE)
        said = f"does not accept what the plugin {script.path} gave"
        with pytest.raises(TemporaryOutsideError, match=said):
            api.get("/x")
        assert api.get("/x").good
        api.close()


def test_shows_the_certificate_that_it_gives(script: Script, tmp_path: Path) -> None:
    """To a real TLS server; the next one is shown by new connections."""
    authority = Authority(tmp_path)
    ticks = Ticks()
    with CannedServer(FINE, UNKNOWN, FINE, tls=authority.server(asks=True)) as server:
        access = ClusterAccess(
            server=server.url,
            ca_file=authority.certificate,
            plugin=Plugin(command=script.path),
        )
        api = Api("prod", Way(access, ticks=ticks), CALL_TIMEOUT)
        for name in ("first", "second"):
            script.answers(_pair(authority.issue(name)))
            ticks.move_on(PAUSE)
            api.get("/x")
        api.close()
    assert [one.known_as for one in server.asked] == ["first", "first", "second"]


def _pair(own: Issued) -> dict[str, str]:
    return {
        "clientCertificateData": own.certificate.read_text(),
        "clientKeyData": own.key.read_text(),
    }


def test_says_which_plugin_failed_when_there_is_nothing_else(script: Script) -> None:
    """Nothing is sent as nobody; what to do is said."""
    script.prints("", complaint="no session", code=3)
    with CannedServer() as server:
        access = ClusterAccess(server=server.url, plugin=Plugin(command=script.path))
        api = Api("prod", Way(access), CALL_TIMEOUT)
        said = f"the plugin {script.path} gave no credential: exit code 3, “no session”; run it by"
        with pytest.raises(TemporaryOutsideError, match=said):
            api.get("/x")
        api.close()
    assert server.asked == []


@pytest.mark.parametrize("name", ["whole", "alone"])
def test_runs_a_kubeconfigs_command_where_that_is_allowed(
    tmp_path: Path, script: Script, name: str
) -> None:
    """Named by its whole path, or by the name of one that is allowed: no PATH is searched."""
    command = str(script.path) if name == "whole" else script.path.name
    access = by_kubeconfig(tmp_path, {"command": command, "args": None}, script.path)
    assert said_by(Way(access)) == "t-1"


def test_tells_a_plugin_about_the_cluster_where_it_wants_that(tmp_path: Path) -> None:
    """As kubectl does, with what its own extension holds."""
    told = tmp_path / "told"
    line = {"command": "/bin/sh", "args": ["-c", f'echo "$KUBERNETES_EXEC_INFO" > {told}']}
    extension = {"name": "client.authentication.k8s.io/exec", "extension": {"audience": "a"}}
    access = by_kubeconfig(
        tmp_path,
        {**line, "provideClusterInfo": True},
        Path("/bin/sh"),
        cluster={"tls-server-name": "api", "extensions": [extension]},
    )
    with pytest.raises(TemporaryOutsideError, match="is no JSON"):
        Way(access).credential()
    assert json.loads(told.read_text())["spec"]["cluster"] == {
        "server": "https://10.0.0.1",
        "tls-server-name": "api",
        "config": {"audience": "a"},
    }


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"command": "aws"},
            r"runs aws, which daypass.yaml does not allow; write exec: \[/PATH/OF/aws\] beside",
        ),
        ({"command": "/opt/aws"}, r"does not allow; write exec: \[/opt/aws\] beside"),
        ({"command": "../bin/sh"}, "does not allow"),
        ({"command": ""}, "has no command; write its absolute path"),
        ({"command": "sh", "apiVersion": "client.authentication.k8s.io/v1alpha1"}, "no apiVersion"),
        ({"command": "sh", "apiVersion": None}, "no apiVersion that is known; write client"),
        ({"command": "sh", "interactiveMode": "Always"}, "wants a terminal"),
        ({"command": "sh", "args": [1]}, "has args that are no texts; write them in quotes"),
        ({"command": "sh", "args": "x"}, "has args that are no texts"),
        ({"command": "sh", "env": {"A": "b"}}, "env that is no list of name and value"),
        ({"command": "sh", "env": [{"name": "A"}]}, "env that is no list of name and value"),
        ({"command": "sh", "env": [{"name": "A=B", "value": "x"}]}, "a name that no variable"),
        ({"command": "sh", "shell": True}, "has shell, which is not known; remove it"),
    ],
)
def test_refuses_a_kubeconfigs_command_by_what_is_wrong(
    tmp_path: Path, more: dict[str, Any], said: str
) -> None:
    """Whoever may write a kubeconfig does not choose what is run."""
    with pytest.raises(PermanentOutsideError, match=said):
        Way(by_kubeconfig(tmp_path, more, Path("/bin/sh"))).credential()


@pytest.mark.parametrize("beside", ["token", "tokenFile"])
def test_refuses_a_command_beside_another_credential(tmp_path: Path, beside: str) -> None:
    """Nobody has to know which of them counts."""
    user = {"exec": {"command": "/bin/sh", "apiVersion": V1}, beside: "x"}
    path = a_kubeconfig(tmp_path, cluster={"server": "https://10.0.0.1"}, user=user)
    with pytest.raises(PermanentOutsideError, match=f"has exec beside {beside}; keep one of them"):
        Way(ClusterAccess(kubeconfig=path, plugins=(Path("/bin/sh"),))).credential()


@pytest.mark.parametrize("config", [date(2026, 12, 1), b"x", float("nan"), {None: {(1, 2): 3}}])
def test_says_what_of_a_cluster_a_plugin_cannot_be_told(config: object) -> None:
    """YAML holds more than JSON does."""
    extension = {"name": f"{GROUP}exec", "extension": {"since": config}}
    with pytest.raises(PermanentOutsideError, match=r"extension .*; write it in quotes"):
        about_cluster(Path("/config"), {"extensions": [extension]}, None)
