"""What a group means on a cluster: the bindings that name it, and what their roles allow. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from daypass.domain.deliveries.realisation import ActsAs
from daypass.domain.rbac.bindings import Binding
from daypass.domain.rbac.meaning import Meaning, meaning, together
from daypass.domain.rbac.rules import PolicyRule

NO_RIGHTS: Final = meaning(())
"""Of a role that is not there: who is bound to it may do nothing, until it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """That a binding gives a role to somebody; both are named as snapshots do."""

    binding: str
    role: str


def lending(acts: ActsAs) -> tuple[PolicyRule, ...]:
    """Return the rules of a role that lets its holder act as that, and as nobody else.

    One resource a rule: names hold for every resource of a rule.
    """
    named = (("users", acts.user), ("groups", acts.group))
    return tuple(
        PolicyRule(verbs=("impersonate",), resources=(resource,), resource_names=(name,))
        for resource, name in named
    )


def bond(binding: Binding) -> Bond:
    """Return what a binding says beside whom it binds."""
    return Bond(binding=binding.key, role=binding.role_key)


def group_meanings(
    bonds: Mapping[str, Iterable[Bond]], roles: Mapping[str, Meaning]
) -> Iterator[tuple[str, Meaning]]:
    """Return what each group means, as `Group/platform-admins`; of one without bonds nothing."""
    for group, named in sorted(bonds.items()):
        parts = {f"{one.binding} {one.role}": roles.get(one.role, NO_RIGHTS) for one in named}
        if parts:
            yield f"Group/{group}", together(parts.items())
