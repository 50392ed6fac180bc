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

    def because_of(self, name: str, namespace: str) -> bool:
        """Whether it is yes and names that object (RBAC writes `"name/namespace"`)."""
        named = f'"{name}/{namespace}"' if namespace else f'"{name}"'
        return self.allowed and named in self.reason
