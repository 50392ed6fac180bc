"""The dead man's switch on a real API server: it ends what is past its end, and can do no more."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from kubernetes.client import ApiException

from daypass.adapters.kubernetes.deadman import command, dead_mans_switch, switch_name
from daypass.adapters.kubernetes.guard import guard
from daypass.adapters.kubernetes.manifests import binding, collection, path
from daypass.adapters.yaml import load
from sandbox.cluster.api import path_of
from sandbox.cluster.servers import api_server
from sandbox.private import write_private
from sandbox.processes import Processes
from sandbox.seed import apply
from tests.docs.project import ROOT
from tests.integration.worst_day.day import PAST, SOON, Day
from tests.leftovers import left_as_found
from tests.talk import JSON

pytestmark = pytest.mark.real

_GUARDED: Final = 30.0
"""Seconds until an API server is sure to have a new policy; it takes about one."""
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


@pytest.fixture
def switch(day: Day) -> Iterator[str]:
    """A token of the switch's account, with exactly the rights that are rendered."""
    manifests = dead_mans_switch(day.install)
    account = f"/api/v1/namespaces/daypass/serviceaccounts/{switch_name(day.install)}"
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    with left_as_found(day.prod):
        apply(day.prod, manifests)
        yield day.prod.admin().post(f"{account}/token", request)["status"]["token"]
        [cron] = [one for one in manifests if one["kind"] == "CronJob"]
        day.prod.admin().delete(path_of(cron))


def test_switch_does_its_work_with_the_rights_that_are_rendered(
    day: Day, switch: str, tmp_path: Path
) -> None:
    """Law 8: its own account's token, no key, no Redis, and what is past its end goes."""
    past, endless = day.put(day.an_object(PAST)), day.put(day.an_object(None))
    valid = day.put(day.an_object(SOON))
    done = as_switch(day, switch, tmp_path)
    assert (done.returncode, day.names()) == (0, {valid})
    assert past in done.stdout
    assert endless in done.stdout


def test_switch_works_as_its_pod_starts_it(day: Day, switch: str) -> None:
    """The CronJob's own command, where a pod's token is; no daypass.yaml at all."""
    day.put(day.an_object(PAST))
    valid = day.put(day.an_object(SOON))
    program = [sys.executable, "-m", "daypass.cli", *command(day.install)]
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


def test_switch_may_end_what_the_guard_protects(
    day: Day, switch: str, processes: Processes, tmp_path: Path
) -> None:
    """The guard lets nobody create or change what is ours, and anybody delete it who may."""
    found = day.an_object(PAST)
    day.put(found)
    with left_as_found(day.prod):
        apply(day.prod, guard(load(day.config).catalog, "prod"))
        dry = f"{collection(found.ref)}?dryRun=All"
        again = dict(binding(day.an_object(SOON)))
        processes.wait_until(lambda: refused(day, dry, again), api_server("prod"), seconds=_GUARDED)
        done = as_switch(day, switch, tmp_path)
        assert (done.returncode, day.names()) == (0, set())


def refused(day: Day, place: str, body: JSON) -> bool:
    """Whether even an administrator may not create that."""
    try:
        day.prod.admin().post(place, body)
    except ApiException as error:
        return "Only Daypass" in (error.body or "")
    return False


def as_switch(day: Day, token: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Sweep with the switch's token and no key."""
    file = write_private(folder / "token", token)
    text = day.config.read_text()
    day.config.write_text(re.sub(r"\S+/prod-token", str(file), text))
    return replace(day, environment={}).run("--cluster", "prod")


@pytest.mark.parametrize(
    ("call", "right"),
    [
        ("bind", 'create resource "rolebindings"'),
        ("lengthen", 'patch resource "rolebindings"'),
        ("read secrets", 'list resource "secrets"'),
        ("become the worker", 'create resource "serviceaccounts/token"'),
        ("delete a role", 'delete resource "clusterroles"'),
    ],
)
def test_switch_can_do_nothing_else(day: Day, switch: str, call: str, right: str) -> None:
    """Law 8: it creates nothing, changes nothing, and reads nothing but bindings."""
    valid = day.an_object(SOON)
    day.put(valid)
    worker = f"/api/v1/namespaces/daypass/serviceaccounts/daypass-worker-{day.install}"
    calls = {
        "bind": ("POST", collection(valid.ref), dict(binding(day.an_object(SOON)))),
        "lengthen": ("PATCH", path(valid.ref), dict(binding(valid))),
        "read secrets": ("GET", f"/api/v1/namespaces/{day.namespace}/secrets", None),
        "become the worker": ("POST", f"{worker}/token", {}),
        "delete a role": ("DELETE", "/apis/rbac.authorization.k8s.io/v1/clusterroles/view", None),
    }
    with pytest.raises(ApiException) as caught:
        day.prod.api(switch)._request(*calls[call])
    assert caught.value.status == HTTPStatus.FORBIDDEN
    assert f"cannot {right}" in json.loads(caught.value.body or "{}")["message"]


def test_switch_is_let_in_where_pods_are_restricted(day: Day) -> None:
    """Its pod passes the strictest of Kubernetes' own standards."""
    [cron] = [one for one in dead_mans_switch(day.install) if one["kind"] == "CronJob"]
    template = cron["spec"]["jobTemplate"]["spec"]["template"]
    strict = {"pod-security.kubernetes.io/enforce": "restricted"}
    day.prod.admin().apply(
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": day.namespace, "labels": strict},
        }
    )
    spec = {**template["spec"], "serviceAccountName": "default"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "deadman"}}
    pods = f"/api/v1/namespaces/{day.namespace}/pods?dryRun=All"
    admitted = day.prod.admin().post(pods, {**pod, "spec": spec})
    assert admitted["spec"]["restartPolicy"] == "Never"
    with pytest.raises(ApiException) as caught:
        day.prod.admin().post(pods, {**pod, "spec": {**spec, "securityContext": {}}})
    assert caught.value.status == HTTPStatus.FORBIDDEN
