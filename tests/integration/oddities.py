"""Odd things that a real API server takes from whoever may write roles and bindings on it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote

from daypass.adapters.kubernetes.manifests import RBAC, RBAC_GROUP
from sandbox.cluster.servers import ClusterServer

Manifest = dict[str, Any]

PAGES: Final[Mapping[str, str]] = {
    "ClusterRole": f"{RBAC}/clusterroles",
    "ClusterRoleBinding": f"{RBAC}/clusterrolebindings",
    "Role": f"{RBAC}/namespaces/payments/roles",
    "RoleBinding": f"{RBAC}/namespaces/payments/rolebindings",
}
MARKS: Final = "odd <!channel> *b* `c` :fire: \u202e🦊 <@U0BOB>\n> q"
"""A name with blanks, an emoji, a sign that nobody sees, a line of its own, and Slack's marks."""
LONG: Final = "odd-" + "r" * 249
"""As long as any name in an address may be."""
ALIKE: Final = ("odd-reader", "odd.reader", "Odd-Reader", "odd_reader", "odd reader")
"""One name to whoever hears them, five to Kubernetes."""
PLAIN: Final = "odd@example.com"
HIDDEN: Final = "odd@example.com\u200b"
"""To whoever reads them, the same two."""
LONG_USER: Final = "odd" + "u" * 1_200
"""Longer than what is kept of a subject."""
USERS: Final = (PLAIN, HIDDEN, "ODD@example.com", "Odd User", LONG_USER, f"{LONG_USER}x", MARKS)
GROUPS: Final = ("odd/Team", "Odd/team", "odd:x:y")
STRAYED: Final = "bob@example.com"
HOME: Final = "system:serviceaccount:payments:odd-home"
"""Who they are to RBAC whose binding names a namespace that counts for nothing, or none."""
_READS: Final = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
_SECRETS: Final = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}


def a_role(name: str, rules: Sequence[Mapping[str, Any]] = (_READS,)) -> Manifest:
    """Return a ClusterRole."""
    made = {"apiVersion": f"{RBAC_GROUP}/v1", "kind": "ClusterRole", "metadata": {"name": name}}
    return {**made, "rules": list(rules)}


def a_binding(name: str, role: str, *subjects: Manifest, kind: str = "RoleBinding") -> Manifest:
    """Return a binding of a ClusterRole, in payments unless it is of another kind."""
    return {
        "apiVersion": f"{RBAC_GROUP}/v1",
        "kind": kind,
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC_GROUP, "kind": "ClusterRole", "name": role},
        "subjects": list(subjects),
    }


def who(name: str, kind: str = "User") -> Manifest:
    """Return a subject."""
    return {"apiGroup": RBAC_GROUP, "kind": kind, "name": name}


def _words(**fields: Sequence[str]) -> Mapping[str, Any]:
    return {"apiGroups": [""], "resources": [], "verbs": ["get"]} | fields


ROLES: Final = (
    a_role(
        "odd-thousand",
        [*(_READS | {"resourceNames": [f"pod-{n}"]} for n in range(999)), _SECRETS],
    ),
    a_role("odd-stars", [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]),
    a_role("odd-empty", [_words(resources=[""], verbs=[""])]),
    a_role("odd-none", []),
    a_role(
        "odd-named",
        [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"], "resourceNames": ["*", "one"]}],
    ),
    a_role("odd-paths", [{"nonResourceURLs": ["/healthz", "/odd/*", "*"], "verbs": ["get", "*"]}]),
    a_role("system:odd:x"),
    a_role(LONG),
    a_role(MARKS),
    *map(a_role, ALIKE),
)
BINDINGS: Final = (
    a_binding("odd-missing", "odd-no-such-role", who(PLAIN)),
    a_binding("odd-nobody", "view"),
    a_binding("odd-twice", "view", who(PLAIN), who(PLAIN), who(PLAIN, "Group")),
    a_binding("odd-everybody", LONG, *map(who, USERS), *(who(one, "Group") for one in GROUPS)),
    a_binding("odd-large", "odd-thousand", who("odd-large@example.com"), kind="ClusterRoleBinding"),
    a_binding("odd-mine", "odd-thousand", who("alice@example.com")),
    a_binding("odd-strayed", "odd-stars", who(STRAYED) | {"namespace": "elsewhere"}),
    a_binding("odd-home", "odd-stars", {"kind": "ServiceAccount", "name": "odd-home"}),
    a_binding(MARKS, MARKS, who(MARKS), who(MARKS, "Group"), kind="ClusterRoleBinding"),
)
REFUSED: Final = (
    a_binding("odd-nameless", "view", who("")),
    a_binding(
        "odd-homeless",
        "view",
        {"kind": "ServiceAccount", "name": "default"},
        kind="ClusterRoleBinding",
    ),
    a_binding("odd-kind", "view", who("x", "Pod")),
    a_role("odd-verbless", [_READS | {"verbs": []}]),
    a_role("odd-nowhere", [_READS | {"resources": []}]),
    a_role("odd/slash"),
    a_role("odd%percent"),
)
"""What no API server takes, so that nobody has to read it."""


@contextmanager
def odd_things(server: ClusterServer) -> Iterator[None]:
    """Make all of it as an administrator does; take it away, whatever it is called."""
    made = (*ROLES, *BINDINGS)
    for one in made:
        server.admin().post(PAGES[one["kind"]], one)
    try:
        yield
    finally:
        for one in made:
            place = quote(one["metadata"]["name"], safe="")
            server.admin().delete(f"{PAGES[one['kind']]}/{place}")
