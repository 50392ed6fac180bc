"""What a level gives, by what is bound on a cluster: its bindings, its rules, and whether they do.

A level gives its roles in their places, or what the group is bound to as which its holder acts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from daypass.domain.catalog import Level
from daypass.domain.deliveries import realisation
from daypass.domain.grant import Subject
from daypass.domain.picture import BINDINGS, ROLES, About, Entry
from daypass.domain.rbac.bindings import Binding, Bound, because
from daypass.domain.rbac.groups import lending
from daypass.domain.rbac.reach import Reach, reach
from daypass.domain.rbac.rules import PolicyRule, allows
from daypass.domain.review import Question
from daypass.domain.scope import CLUSTER_WIDE, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Some bindings of a cluster and the rules of the roles that they bind.

    `short` has the keys of roles, and of bindings, of which a part was left out. `unseen` says that
    there may be bindings or roles of which nothing is known.
    """

    bindings: tuple[Binding, ...] = ()
    roles: Mapping[str, Sequence[PolicyRule]] = field(default_factory=dict)
    short: frozenset[str] = frozenset()
    unseen: bool = False

    def because(self, question: Question) -> Bound | None:
        """Return why it is yes; None where nothing that is known allows it."""
        return because(question, self.bindings, self.roles)

    def doubtful(self, question: Question) -> bool:
        """Whether something that is not known may allow what nothing that is known does."""
        return self.unseen or any(
            self._doubtful(one, question) for one in self.bindings if one.reaches(question)
        )

    def _doubtful(self, binding: Binding, question: Question) -> bool:
        """Whether the role may allow more, or the binding may bind who asks, than is known."""
        if binding.role_key in self.short:
            bound = binding.subject_of(question) is not None
            return bound or binding.key in self.short
        rules = self.roles.get(binding.role_key, ())
        return binding.key in self.short and any(allows(rule, question) for rule in rules)


def access(bindings: Iterable[Entry], roles: Iterable[Entry], about: About) -> Access:
    """Return what entries of a picture mean to RBAC."""
    there, known = tuple(bindings), {role.key: role for role in roles}
    missed = {*about.unseen, *about.left_out}
    return Access(
        bindings=tuple(one for entry in there if (one := entry.binding) is not None),
        roles={key: role.rules for key, role in known.items()},
        short=frozenset(one.key for one in (*there, *known.values()) if one.left_out),
        unseen=any(kind in missed for kind in (*BINDINGS, *ROLES)),
    )


def binds(level: Level, scope: Scope, user: str = "") -> tuple[Binding, ...]:
    """Return the bindings that a lease would be; none of a level whose holder acts as a group."""
    if realisation(level).acts_as(level) is not None:
        return ()
    return _bindings(level, scope, user)


def _bindings(level: Level, scope: Scope, user: str = "") -> tuple[Binding, ...]:
    return tuple(
        Binding(
            name=f"level/{level.name}",
            namespace=part.namespace,
            role=part.role,
            subjects=(Subject(name=user),),
        )
        for part in realisation(level).parts(level, scope)
    )


def bound_to(level: Level, bindings: Iterable[Binding]) -> Iterator[Binding]:
    """Yield the bindings that name whom a level lets its holder act as."""
    meant = acted_as(level)
    return (one for one in bindings if not meant.isdisjoint(one.subjects))


def acted_as(level: Level) -> frozenset[Subject]:
    """Return the group, and the user, as whom a level's holder acts; nobody for a role's."""
    acts = realisation(level).acts_as(level)
    if acts is None:
        return frozenset()
    return frozenset({Subject(name=acts.user), Subject(name=acts.group, kind="Group")})


def given(level: Level, scope: Scope, there: Access) -> tuple[Binding, ...]:
    """Return the bindings by which a level gives what it gives, in that scope."""
    return binds(level, scope) or tuple(bound_to(level, there.bindings))


def besides(level: Level) -> tuple[Binding, ...]:
    """Return the binding by which a holder has the role that lends a level's group; else none.

    What that allows besides they have under their own name, without acting as anybody.
    """
    if realisation(level).acts_as(level) is None:
        return ()
    return _bindings(level, CLUSTER_WIDE)


def without_lending(levels: Iterable[Level], there: Access) -> Access:
    """Return the same, but that the roles which lend groups have only what they allow besides."""
    roles = dict(there.roles)
    for static in (one for level in levels for one in realisation(level).static_roles(level)):
        if static.key in roles:
            lends = lending(static.acts_as)
            roles[static.key] = tuple(rule for rule in roles[static.key] if rule not in lends)
    return replace(there, roles=roles)


def perhaps_given(level: Level, there: Access) -> tuple[Binding, ...]:
    """Return the bindings that may name a level's group among subjects that were left out."""
    if realisation(level).acts_as(level) is None:
        return ()
    return tuple(one for one in there.bindings if one.key in there.short)


def rules_given(level: Level, scope: Scope, there: Access) -> Iterator[PolicyRule]:
    """Yield the rules of a level, wherever they hold; a role's once."""
    for key in dict.fromkeys(one.role_key for one in given(level, scope, there)):
        yield from there.roles.get(key, ())


def reach_of(level: Level, scope: Scope, there: Access) -> Reach:
    """Return what a level allows, as pieces."""
    return reach(rules_given(level, scope, there))


def asked_by(level: Level, question: Question) -> Question:
    """Return the question as whoever holds a level would ask it: as its group, or themselves.

    Only the level counts: what everybody may do anyway is no merit of it.
    """
    acts = realisation(level).acts_as(level)
    user, groups = (acts.user, (acts.group,)) if acts is not None else ("", ())
    return replace(question, user=user, groups=groups)


def allowed_by(level: Level, scope: Scope, question: Question, *, there: Access) -> bool | None:
    """Whether a level in a scope allows what is asked; None: it may, a part is not known."""
    own, asked = given(level, scope, there), asked_by(level, question)
    if replace(there, bindings=own).because(asked) is not None:
        return True
    known = replace(there, bindings=(*own, *perhaps_given(level, there)))
    return None if known.doubtful(asked) else False
