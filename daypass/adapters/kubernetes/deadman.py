"""The dead man's switch: a CronJob in the cluster that ends what Daypass did not end in time. Pure.

It knows neither Redis nor Slack nor any key, and may list and delete bindings, nothing else. Where
Daypass is well it finds nothing to do.
"""

from typing import Final

from daypass import VERSION as RELEASE
from daypass.adapters.kubernetes.client import READY
from daypass.adapters.kubernetes.manifests import KINDS, RBAC_GROUP
from daypass.adapters.kubernetes.static import (
    LABELS,
    NAMESPACE,
    SWITCH,
    Manifest,
    bare,
    bound,
    role,
    rule,
    switch_account,
)
from daypass.adapters.kubernetes.surroundings import VERSION
from daypass.domain.errors import ConfigurationError

IMAGE: Final = f"daypass:{RELEASE}"
_NOBODY: Final = 65532
"""The image's own user, as a number: what `runAsNonRoot` checks without the image."""
_POD_LABELS: Final = {**LABELS, "app.kubernetes.io/component": "deadman"}
_INSTALL: Final = 52 - len(SWITCH)
"""Characters: a CronJob's name has 52, for Kubernetes adds 11 to name a job."""
_LONGEST: Final = 300
"""Seconds; a run that hangs must not keep the next ones out for longer."""


def switch_name(install: str) -> str:
    """Name everything of it: each install on a cluster has its own.

    Raises:
        ConfigurationError: the install's name is too long.
    """
    if len(install) > _INSTALL:
        most = f"write {_INSTALL} characters at most"
        raise ConfigurationError([f"install: “{install}” is too long for the switch; {most}"])
    return switch_account(install)


def dead_mans_switch(install: str, image: str = IMAGE) -> list[Manifest]:
    """Return what to apply on a cluster; the image must be one that its nodes can pull.

    Raises:
        ConfigurationError: the install's name is too long.
    """
    name = switch_name(install)
    return [
        bare("v1", "Namespace", NAMESPACE),
        {
            **bare("v1", "ServiceAccount", name, namespace=NAMESPACE),
            "automountServiceAccountToken": False,
        },
        *bound(role("ClusterRole", name, _rules()), name),
        {
            **bare("batch/v1", "CronJob", name, namespace=NAMESPACE),
            "spec": _cron(install, image),
        },
    ]


def _rules() -> list[Manifest]:
    return [
        # To get is to see one object of a list afresh before it is deleted; a collection is deleted
        # where an object's name fits no address.
        rule(RBAC_GROUP, list(KINDS.values()), ["get", "list", "delete", "deletecollection"]),
        # Whether its refusals count yet, and what time it is.
        {"nonResourceURLs": [READY, VERSION], "verbs": ["get"]},
    ]


def _cron(install: str, image: str) -> Manifest:
    return {
        "schedule": "* * * * *",
        "concurrencyPolicy": "Forbid",
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 3,
        "jobTemplate": {
            "spec": {
                "backoffLimit": 0,  # The next minute is the next try.
                "activeDeadlineSeconds": _LONGEST,
                "template": {"metadata": {"labels": _POD_LABELS}, "spec": _pod(install, image)},
            },
        },
    }


def _pod(install: str, image: str) -> Manifest:
    return {
        "serviceAccountName": switch_name(install),
        "automountServiceAccountToken": True,
        "enableServiceLinks": False,
        "restartPolicy": "Never",
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _NOBODY,
            "runAsGroup": _NOBODY,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(install, image)],
    }


def _container(install: str, image: str) -> Manifest:
    return {
        "name": "deadman",
        "image": image,
        "command": ["daypass", *command(install)],
        "resources": {
            "requests": {"cpu": "10m", "memory": "96Mi"},
            "limits": {"memory": "256Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }


def command(install: str) -> list[str]:
    """Return what it runs, after `daypass`."""
    return ["reconcile", "--no-redis", "--in-cluster", "--install", install, "--quiet"]
