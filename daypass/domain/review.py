"""Access reviews: what is asked of a cluster, and what it answers."""

import re
from dataclasses import dataclass
from typing import Final

_PLAIN: Final = re.compile(r"(?!-)[A-Za-z0-9@%+=:,./_*-]*")
"""A word that no shell reads as anything but that word, and no command as one of its options."""
EVERYBODY: Final = "system:authenticated"
"""The group in which whoever signs in is."""
_BECAUSE: Final = re.compile(
    r'RBAC: allowed by (?P<kind>\w+) "(?P<name>[^"/\\]+)(?:/(?P<namespace>[^"/\\]+))?" of '
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One access review: may `user` in `groups` do that?"""

    user: str
    groups: tuple[str, ...] = (EVERYBODY,)
    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    namespace: str = ""
    path: str = ""

    @property
    def plain(self) -> bool:
        """Whether all that a role's rule says in it can stand in a line that people copy.

        Kubernetes takes any text there, lines of commands too, from whoever may write the role.
        """
        said = (self.verb, self.group, self.resource, self.subresource, self.name, self.path)
        return all(map(_PLAIN.fullmatch, said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the API server said, with its own words on why."""

    allowed: bool
    reason: str = ""

    @property
    def binding(self) -> tuple[str, str, str] | None:
        """Kind, namespace and name of the binding that RBAC says it is yes because of; else None.

        Only of one whose name has nothing in it that would be escaped, as ours have not.
        """
        said = _BECAUSE.match(self.reason) if self.allowed else None
        return (said["kind"], said["namespace"] or "", said["name"]) if said else None

    def because_of(self, kind: str, namespace: str, name: str) -> bool:
        """Whether it is yes, and RBAC says that it is because of exactly that binding.

        RBAC begins with `RBAC: allowed by RoleBinding "name/namespace" of `, the name quoted as Go
        does (`%q`): no other name, whatever is in it, is written like that up to the last quote.
        Our own names have nothing in them that would be escaped.
        """
        place = f"{name}/{namespace}" if namespace else name
        return self.allowed and self.reason.startswith(f'RBAC: allowed by {kind} "{place}" of ')
