"""The group of the test's level: what lends it, and what others bound to it on each cluster."""

from typing import Final

from daypass.domain.grant import Subject
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.bindings import Binding
from daypass.domain.rbac.groups import bond, group_meanings
from daypass.domain.rbac.meaning import Meaning, meaning
from daypass.domain.roles import RoleRef

SUDO: Final = (
    PolicyRule(
        verbs=("impersonate",),
        resources=("users",),
        resource_names=("daypass:platform-admins",),
    ),
    PolicyRule(verbs=("impersonate",), resources=("groups",), resource_names=("platform-admins",)),
)
ADMINS: Final = Binding(
    name="admins",
    role=RoleRef(name="of-admins"),
    subjects=(Subject(kind="Group", name="platform-admins"),),
)


def of_admins() -> dict[str, Meaning]:
    """Return what the level's role and its group mean; the role of that binding is not there."""
    return {
        "ClusterRole/daypass-sudo-platform-admins": meaning(SUDO),
        **dict(group_meanings({"platform-admins": [bond(ADMINS)]}, {})),
    }
