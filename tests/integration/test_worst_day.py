"""The worst day on a real API server: no Redis, no Slack, no worker, and all access ends."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from kubernetes.client import ApiException

from daypass.adapters.kubernetes.deadman import command, dead_mans_switch
from daypass.adapters.kubernetes.manifests import binding, collection, path
from daypass.adapters.kubernetes.rights import rights
from daypass.adapters.yaml import load
from daypass.domain.catalog import RoleRef
from daypass.domain.grant import (
    EXPIRES_AT,
    INSTALL,
    LEASE,
    MAC,
    MANAGED_BY,
    REQUESTER,
    GrantObject,
    Subject,
    seal,
    write_time,
)
from daypass.domain.lease import SKEW, ObjectRef
from sandbox.cluster.servers import Clusters, ClusterServer
from sandbox.configuration import write_configuration
from sandbox.private import write_private
from sandbox.seed import apply, worker_token
from tests.docs.project import ROOT
from tests.talk import JSON

pytestmark = pytest.mark.real

_INSTALL: Final = "worst-day"
_KEY: Final = b"w" * 32
_PAST: Final = -SKEW - timedelta(seconds=2)
_SOON: Final = timedelta(minutes=10)
_2099: Final = datetime(2099, 1, 1, tzinfo=UTC)
_ACCOUNT: Final = "/api/v1/namespaces/daypass/serviceaccounts/daypass-deadman"
_NUMBERS: Final = count(1)
_POD: Final = """
set -e
mount -t tmpfs none /var/run
place=/var/run/secrets/kubernetes.io/serviceaccount
mkdir -p "$place"
printf %s "$TOKEN" > "$place/token"
cp "$CA" "$place/ca.crt"
unset TOKEN CA
exec "$@"
"""
"""What a kubelet gives a container: a token and an authority where the client looks for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Two clusters, a daypass.yaml, a namespace for one test, and nothing else that runs."""

    clusters: Clusters
    config: Path
    namespace: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def prod(self) -> ClusterServer:
        """The cluster on which things happen."""
        return self.clusters["prod"]

    def put(self, found: GrantObject) -> str:
        """Create an object as somebody who may do anything; return its name."""
        self.prod.admin().post(collection(found.ref), dict(binding(found)))
        return found.ref.name

    def names(self) -> set[str]:
        """Return the names of what is under our label in the namespace of the test."""
        place = collection(ObjectRef(kind="RoleBinding", namespace=self.namespace, name=""))
        items = self.prod.admin().get(place)["items"]
        return {
            one["metadata"]["name"]
            for one in items
            if one["metadata"].get("labels", {}).get(MANAGED_BY) == "daypass"
        }

    def an_object(self, end: datetime | timedelta | None, **fields: str) -> GrantObject:
        """Return a sealed object; `end` is a moment, or from now. Fields: install, mac."""
        lease = f"w0rstday{next(_NUMBERS):04}-1"
        at = datetime.now(UTC) + end if isinstance(end, timedelta) else end
        said = {REQUESTER: "carol@example.com"} | ({EXPIRES_AT: write_time(at)} if at else {})
        install = fields.get("install", _INSTALL)
        bare = GrantObject(
            ref=ObjectRef(
                kind="RoleBinding", namespace=self.namespace, name=f"daypass-{lease}-1-1"
            ),
            role=RoleRef(name="view"),
            subjects=(Subject(name="carol@example.com"),),
            labels={MANAGED_BY: "daypass", LEASE: lease, INSTALL: install},
            annotations=said,
        )
        mac = fields.get("mac") or seal(bare, cluster="prod", key=_KEY)
        return replace(bare, annotations={**said, MAC: mac})

    def run(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run `daypass reconcile --no-redis` with no more than it needs."""
        environment = {"DAYPASS_CONFIG": str(self.config), **self.environment, **settings}
        return _ran("reconcile", "--no-redis", *arguments, environment=environment)


def _ran(*arguments: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "daypass.cli", *arguments],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def config(clusters: Clusters, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A daypass.yaml of an install of its own; its worker's accounts exist."""
    folder = tmp_path_factory.mktemp("worst-day")
    tokens = {server.name: folder / f"{server.name}-token" for server in clusters}
    for token in tokens.values():
        token.touch()
    made = folder / "daypass.yaml"
    write_configuration(made, clusters, tokens)
    made.write_text(made.read_text().replace("install: sandbox", f"install: {_INSTALL}"))
    for server in clusters:
        apply(server, rights(load(made).catalog, server.name))
        worker_token(server, tokens[server.name])
    return made


@pytest.fixture
def day(clusters: Clusters, config: Path, namespace: str) -> Day:
    """The worst day, with the MAC key at hand."""
    key = {"DAYPASS_MAC_KEY": _KEY.hex()}
    return Day(clusters=clusters, config=config, namespace=namespace, environment=key)


def test_removes_what_must_go_and_nothing_else(day: Day) -> None:
    """Laws 1 and 3: past, endless, forged and altered go; valid and foreign objects stay."""
    past = day.put(day.an_object(_PAST))
    endless = day.put(day.an_object(None))
    forged = day.put(day.an_object(_2099, mac="00" * 32))
    valid = day.an_object(_SOON)
    altered = day.put(
        replace(valid, ref=replace(valid.ref, name="daypass-altered"))  # Sealed for another name.
    )
    stay = {
        day.put(valid),
        day.put(day.an_object(_PAST, install="somebody-elses")),
        day.put(day.an_object(_2099)),
    }
    done = day.run("--cluster", "prod")
    assert day.names() == stay
    for name, why in {
        past: "past its end",
        endless: "no end",
        forged: "its MAC is not ours",
        altered: "its MAC is not ours",
    }.items():
        assert re.search(rf"^prod: removed .*{name} \(carol@.*\): {why}", done.stdout, re.MULTILINE)
    assert "4 removed, 0 NOT removed, 2 kept, 1 of other installs left alone" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


def test_says_that_forgeries_cannot_be_told_when_there_is_no_key(day: Day) -> None:
    """Law 10: without the key ends still count, and nobody believes that more was looked at."""
    past = day.put(day.an_object(_PAST, mac="00"))
    forged = day.put(day.an_object(_2099, mac="00"))
    done = replace(day, environment={}).run("--cluster", "prod")
    assert day.names() == {forged}
    assert past in done.stdout
    assert "what was forged or altered cannot be told" in done.stdout.splitlines()[0]
    assert done.returncode == 0


def test_removes_everything_of_this_install_when_told_to(day: Day) -> None:
    """Panic without Redis: whatever its end, and never another install's."""
    theirs = day.put(day.an_object(_SOON, install="somebody-elses"))
    for _ in range(3):
        day.put(day.an_object(_SOON))
    told = day.run("--cluster", "prod", "--all", "--dry-run")
    assert (told.returncode, len(day.names())) == (1, 4)
    assert told.stdout.count("would remove") == 3
    done = day.run("--cluster", "prod", "--all")
    assert (done.returncode, day.names()) == (0, {theirs})


def test_says_so_when_finalizer_holds_an_object(day: Day) -> None:
    """Law 4: the server's yes to a DELETE is no proof that the access is gone."""
    found = day.an_object(_PAST)
    body = dict(binding(found))
    body["metadata"] = {**body["metadata"], "finalizers": ["example.com/held"]}
    day.prod.admin().post(collection(found.ref), body)
    try:
        done = day.run("--cluster", "prod")
        assert f"NOT removed RoleBinding {day.namespace}/{found.ref.name}" in done.stdout
        assert "a finalizer holds it" in done.stdout
        assert done.returncode == 1
    finally:
        released = {**body, "metadata": {**body["metadata"], "finalizers": []}}
        _apply_as_poster(day, found, released)


def _apply_as_poster(day: Day, found: GrantObject, body: JSON) -> None:
    """Replace an object as who made it: a finalizer goes with an update only."""
    version = day.prod.admin().get(path(found.ref))["metadata"]["resourceVersion"]
    body["metadata"]["resourceVersion"] = version
    day.prod.admin()._request("PUT", path(found.ref), body)


def test_goes_on_with_the_other_clusters_when_one_is_away(day: Day) -> None:
    """Without --cluster all are looked at; one that is away stops no other and is told."""
    day.put(day.an_object(_PAST))
    text = day.config.read_text()
    away = day.config.with_name("away.yaml")
    away.write_text(text.replace(day.clusters["dev"].url, "https://127.0.0.1:1"))
    done = day.run(DAYPASS_CONFIG=str(away))
    assert day.names() == set()
    assert re.search(r"^dev: not everything could be looked at: dev: .*", done.stdout, re.MULTILINE)
    assert re.search(r"^prod: 1 removed, .*; done$", done.stdout, re.MULTILINE)
    assert done.returncode == 1


# ── The dead man's switch ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def switch(day: Day) -> Iterator[str]:
    """A token of the switch's account, with exactly the rights that are rendered."""
    manifests = dead_mans_switch(_INSTALL)
    apply(day.prod, manifests)
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    yield day.prod.admin().post(f"{_ACCOUNT}/token", request)["status"]["token"]
    for path_ in (
        "/apis/batch/v1/namespaces/daypass/cronjobs/daypass-deadman",
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/daypass-deadman",
    ):
        day.prod.admin().delete(path_)


def test_switch_does_its_work_with_the_rights_that_are_rendered(
    day: Day, switch: str, tmp_path: Path
) -> None:
    """Law 8: its own account's token, no key, no Redis, and what is past its end goes."""
    past, endless = day.put(day.an_object(_PAST)), day.put(day.an_object(None))
    valid = day.put(day.an_object(_SOON))
    token = write_private(tmp_path / "token", switch)
    config = tmp_path / "daypass.yaml"
    own = str(day.config.with_name("prod-token"))
    config.write_text(day.config.read_text().replace(own, str(token)))
    done = replace(day, environment={}).run("--cluster", "prod", DAYPASS_CONFIG=str(config))
    assert (done.returncode, day.names()) == (0, {valid})
    assert past in done.stdout
    assert endless in done.stdout


def test_switch_works_as_its_pod_starts_it(day: Day, switch: str) -> None:
    """The CronJob's own command, where a pod's token is; no daypass.yaml at all."""
    day.put(day.an_object(_PAST))
    valid = day.put(day.an_object(_SOON))
    program = [sys.executable, "-m", "daypass.cli", *command(_INSTALL)]
    unshare = ["unshare", "--map-root-user", "--mount"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*unshare, "true"], check=False).returncode
    ):
        pytest.skip("this machine gives no mount namespace to put a pod's token in")
    server = urlsplit(day.prod.url)
    done = subprocess.run(
        [*unshare, "sh", "-c", _POD, "sh", *program],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "KUBERNETES_SERVICE_HOST": str(server.hostname),
            "KUBERNETES_SERVICE_PORT": str(server.port),
            "TOKEN": switch,
            "CA": str(day.prod.ca_file),
        },
        text=True,
        timeout=60,
    )
    assert day.names() == {valid}, done
    assert re.search(r"^this cluster: 1 removed, .*; done$", done.stdout, re.MULTILINE)
    assert valid not in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("method", ["POST", "PATCH", "secrets", "token", "escape"])
def test_switch_can_do_nothing_else(day: Day, switch: str, method: str) -> None:
    """Law 8: it creates nothing, changes nothing, and reads nothing but bindings."""
    valid = day.an_object(_SOON)
    day.put(valid)
    api = day.prod.api(switch)
    mine = dict(binding(day.an_object(_SOON)))
    calls = {
        "POST": ("POST", collection(valid.ref), mine),
        "PATCH": ("PATCH", path(valid.ref), dict(binding(valid))),
        "secrets": ("GET", f"/api/v1/namespaces/{day.namespace}/secrets", None),
        "token": ("POST", "/api/v1/namespaces/daypass/serviceaccounts/daypass-worker/token", {}),
        "escape": ("DELETE", "/apis/rbac.authorization.k8s.io/v1/clusterroles/view", None),
    }
    with pytest.raises(ApiException) as caught:
        api._request(*calls[method])
    assert caught.value.status == HTTPStatus.FORBIDDEN


def test_switch_is_let_in_where_pods_are_restricted(day: Day) -> None:
    """Its pod passes the strictest of Kubernetes' own standards."""
    [cron] = [one for one in dead_mans_switch(_INSTALL) if one["kind"] == "CronJob"]
    template = cron["spec"]["jobTemplate"]["spec"]["template"]
    strict = {"pod-security.kubernetes.io/enforce": "restricted"}
    day.prod.admin().apply(
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": day.namespace, "labels": strict},
        }
    )
    pod: JSON = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "deadman", **template["metadata"]},
        "spec": {**template["spec"], "serviceAccountName": "default"},
    }
    pods = f"/api/v1/namespaces/{day.namespace}/pods?dryRun=All"
    assert day.prod.admin().post(pods, pod)["spec"]["restartPolicy"] == "Never"
    loose = {**pod, "spec": {**pod["spec"], "securityContext": {}}}
    with pytest.raises(ApiException) as caught:
        day.prod.admin().post(pods, loose)
    assert caught.value.status == HTTPStatus.FORBIDDEN
