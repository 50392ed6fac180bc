"""What the role means that lends a group, where it is as `daypass rbac` makes it."""

from daypass.domain.deliveries import StaticRole
from daypass.domain.rbac.meaning import Meaning, meaning
from daypass.domain.rbac.rules import PolicyRule


def lending(static: StaticRole) -> Meaning:
    """Return what it allows: to act as that user and in that group, and nothing else."""
    words = {"users": static.acts_as.user, "groups": static.acts_as.group}
    return meaning(
        PolicyRule(verbs=("impersonate",), resources=(kind,), resource_names=(name,))
        for kind, name in words.items()
    )
