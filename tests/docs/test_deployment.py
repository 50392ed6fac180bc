"""docker-compose.yml and the image keep the promises of the threat model."""

import re
import subprocess
import sys
from string import Template
from typing import Any, Final

import pytest
from prometheus_client import CollectorRegistry
from ruamel.yaml import YAML

from daypass.adapters.prometheus.serve import Health, serving
from tests.docs.project import read, services

_ROLES: Final = {
    "bot": ["python", "-m", "bot"],
    "grants": ["python", "-m", "workers", "grants"],
    "notifications": ["python", "-m", "workers", "notifications"],
    "timekeeper": ["python", "-m", "workers", "timekeeper"],
}
_SECRETS: Final = {
    "bot": {"slack-bot-token", "slack-app-token"},
    "grants": {"mac-key"},
    "notifications": {"slack-bot-token"},
    "timekeeper": {"audit-key"},
}

_BASE: Final = re.compile(r"^FROM (\S+)", re.MULTILINE)
_PINNED: Final = re.compile(r"[a-z/]+:[\w.-]+@sha256:[0-9a-f]{64}")
"""An image by tag, for people, and by digest."""


@pytest.mark.parametrize("name", ["redis", *_ROLES])
def test_container_can_change_nothing_but_its_data(name: str) -> None:
    """Read-only root, no capability, no new privilege, not root, no published port."""
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith(("0", "root"))
    assert {"ports", "privileged", "cap_add", "network_mode", "pid"}.isdisjoint(service)


@pytest.mark.parametrize("role", _ROLES)
def test_role_runs_from_the_one_image_with_its_own_secrets_only(role: str) -> None:
    """Least power: no cluster for the bot, no Slack token for the grants worker."""
    service = services()[role]
    assert service["image"].startswith("daypass:")
    assert service["command"] == _ROLES[role]
    assert set(service.get("secrets", ())) == _SECRETS[role]


@pytest.mark.parametrize("role", _ROLES)
def test_secret_reaches_a_role_as_a_file_only(role: str) -> None:
    """No secret is in an environment that `docker inspect` shows."""
    secret = re.compile(r"TOKEN|KEY|SECRET|PASSWORD")
    environment = services()[role]["environment"]
    named = {k: v for k, v in environment.items() if secret.search(k)}
    assert all(name.endswith("_FILE") for name in named)
    assert set(named.values()) == {f"/run/secrets/{name}" for name in _SECRETS[role]}


@pytest.mark.parametrize("role", _ROLES)
@pytest.mark.parametrize(("wrong", "code"), [("", 0), ("it has been stuck for 60 s", 1)])
def test_container_is_unhealthy_when_its_process_is_stuck(role: str, wrong: str, code: int) -> None:
    """The check is run as it is written, with nothing but what the image has."""
    service = services()[role]
    host, port = service["environment"]["DAYPASS_HEALTH"].split(":")
    assert host == "0.0.0.0"  # noqa: S104 - Inside the container.
    health = Health(lives=lambda: wrong, ready=lambda: "Redis does not answer")
    with serving(("127.0.0.1", 0), CollectorRegistry(), health) as served:
        assert _checked(service["healthcheck"], port, served) == code
    assert _checked(service["healthcheck"], port, served) == 1


def _checked(check: dict[str, Any], written: str, served: int) -> int:
    kind, program, *arguments = check["test"]
    assert (kind, program) == ("CMD", "python")
    assert sum(written in one for one in arguments) == 1
    command = [one.replace(written, str(served)) for one in arguments]
    done = subprocess.run([sys.executable, *command], check=False, timeout=30, capture_output=True)
    return done.returncode


def test_only_the_grants_worker_sees_cluster_credentials() -> None:
    """The folder with the clusters' tokens is mounted once."""
    holders = {
        name
        for name, service in services().items()
        if any("clusters" in str(volume) for volume in service.get("volumes", ()))
    }
    assert holders == {"grants"}


def test_redis_loses_nothing_and_evicts_nothing() -> None:
    """Every acknowledged move is on disk, and memory pressure forgets no lease."""
    command = " ".join(services()["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--appendfsync always" in command
    assert "--maxmemory-policy noeviction" in command
    assert services()["redis"]["volumes"] == ["redis:/data"]


def test_image_installs_by_hash_and_does_not_run_as_root() -> None:
    """The image is built from the lock and drops root."""
    dockerfile = read("Dockerfile")
    assert "scripts/install /opt/daypass/bin/python requirements/run.txt" in dockerfile
    assert "!scripts/install" in read(".dockerignore").splitlines()
    assert re.findall(r"^USER (\S+)$", dockerfile, re.MULTILINE) == ["65532:65532"]


def test_images_of_others_are_named_by_digest() -> None:
    """What runs is what was looked at, whatever was published under the same tag since."""
    dockerfile = read("Dockerfile")
    given = dict(re.findall(r"^ARG (\w+)=(\S+)$", dockerfile, re.MULTILINE))
    bases = [Template(name).substitute(given) for name in _BASE.findall(dockerfile)]
    images = [
        one["image"] for one in services().values() if not one["image"].startswith("daypass:")
    ]
    assert (len(bases), len(images)) == (2, 1)
    for name in (*bases, *images):
        assert _PINNED.fullmatch(name), name


def test_slack_app_asks_for_no_more_than_it_uses() -> None:
    """Least privilege in Slack too: no history, no uninvited posts, no user scope."""
    manifest = YAML(typ="safe").load(read("deploy/slack/manifest.yaml"))
    assert manifest["oauth_config"]["scopes"] == {
        "bot": [
            *("commands", "chat:write", "users:read", "users:read.email"),
            *("usergroups:read", "channels:read", "groups:read"),
        ]
    }
    assert manifest["features"]["slash_commands"][0]["should_escape"] is True
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == [
        "user_change",
        "subteam_members_changed",
        "member_joined_channel",
        "channel_unarchive",
        "group_unarchive",
    ]
