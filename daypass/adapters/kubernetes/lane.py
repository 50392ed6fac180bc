"""The lane: a share of the API server that is our own, so that no end waits for others. Pure.

A server works at so many requests of accounts at a time, and whoever sends it bodies that never
come whole holds a place with each, for as long as they like: an account of any namespace may.
Without a lane the worker stands in that line, too. Needs Kubernetes 1.29.
"""

from typing import Final

from daypass.adapters.kubernetes.static import NAMESPACE, Manifest, account, bare, switch_account

API_GROUP: Final = "flowcontrol.apiserver.k8s.io"
_VERSION: Final = f"{API_GROUP}/v1"
_SHARES: Final = 20
"""Of 245 that a server's own levels have together: some 45 of 600 places, and a worker has 16
threads, of which a list may take ten places."""
_LENT: Final = 0
"""Percent: what is lent comes back when its request is over, and those here never are."""
_BEFORE: Final = 1000
"""After Kubernetes' own (900 at most), before what is for all accounts (9000)."""
_QUEUES: Final = 16
_HANDS: Final = 4
_LENGTH: Final = 50
"""As for leader elections, of which there are few as well: 200 requests of each account wait."""
LEVELS: Final = "prioritylevelconfigurations"
SCHEMAS: Final = "flowschemas"


def level_path(install: str) -> str:
    """Return the path of an install's level."""
    return f"/apis/{_VERSION}/{LEVELS}/{account(install)}"


def lane(install: str) -> list[Manifest]:
    """Return what to apply on a cluster beside the rights, for the worker and the switch."""
    name = account(install)
    accounts = (name, switch_account(install))
    return [
        {**bare(_VERSION, "PriorityLevelConfiguration", name), "spec": _level()},
        {
            **bare(_VERSION, "FlowSchema", name),
            "spec": {
                "priorityLevelConfiguration": {"name": name},
                "matchingPrecedence": _BEFORE,
                "distinguisherMethod": {"type": "ByUser"},
                "rules": [_everything_by(*accounts)],
            },
        },
    ]


def _level() -> Manifest:
    queuing = {"queues": _QUEUES, "handSize": _HANDS, "queueLengthLimit": _LENGTH}
    limited = {
        "nominalConcurrencyShares": _SHARES,
        "lendablePercent": _LENT,
        "limitResponse": {"type": "Queue", "queuing": queuing},
    }
    return {"type": "Limited", "limited": limited}


def _everything_by(*accounts: str) -> Manifest:
    things = {name: ["*"] for name in ("verbs", "apiGroups", "resources", "namespaces")}
    return {
        "subjects": [
            {"kind": "ServiceAccount", "serviceAccount": {"name": one, "namespace": NAMESPACE}}
            for one in accounts
        ],
        "resourceRules": [{**things, "clusterScope": True}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
    }
