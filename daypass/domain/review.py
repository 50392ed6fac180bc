"""Access reviews: what is asked of a cluster, and what it answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One access review: may `user` in `groups` do that?"""

    user: str
    groups: tuple[str, ...] = ("system:authenticated",)
    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    namespace: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the API server said, with its own words on why."""

    allowed: bool
    reason: str = ""

    def because_of(self, kind: str, namespace: str, name: str) -> bool:
        """Whether it is yes, and RBAC says that it is because of exactly that binding.

        RBAC begins with `RBAC: allowed by RoleBinding "name/namespace" of `, the name quoted as Go
        does (`%q`): no other name, whatever is in it, is written like that up to the last quote.
        Our own names have nothing in them that would be escaped.
        """
        place = f"{name}/{namespace}" if namespace else name
        return self.allowed and self.reason.startswith(f'RBAC: allowed by {kind} "{place}" of ')
