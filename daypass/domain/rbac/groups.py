"""What a group means on a cluster: the bindings that name it, and what their roles allow. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from daypass.domain.deliveries.mirror import Mirrored
from daypass.domain.deliveries.realisation import ActsAs
from daypass.domain.rbac.bindings import Binding
from daypass.domain.rbac.meaning import Meaning, meaning, together
from daypass.domain.rbac.rules import PolicyRule

_THERE: Final = Meaning(digest="bound")
"""What it means that a group is bound to a role: what the role does, which is read by itself."""
NO_RIGHTS: Final = meaning(())
"""Of a role that is not there: who is bound to it may do nothing, until it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """That a binding gives a role to somebody; both are named as snapshots do."""

    binding: str
    role: str

    @property
    def place(self) -> str:
        """The namespace in which it counts; empty where that is everywhere."""
        kind, _, rest = self.binding.partition("/")
        return rest.partition("/")[0] if kind == "RoleBinding" else ""


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


def mirrored_meanings(
    bonds: Mapping[str, Iterable[Bond]], wanted: Iterable[Mirrored]
) -> Iterator[tuple[str, Meaning]]:
    """Return which of these groups are bound so, by a binding in that very place."""
    there = {(group, one.place, one.role) for group, named in bonds.items() for one in named}
    for one in wanted:
        if (one.group, one.part.namespace, one.part.key) in there:
            yield one.key, _THERE
