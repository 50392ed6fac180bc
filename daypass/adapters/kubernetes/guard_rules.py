"""What the guard refuses, each rule with a sentence that says what would be right. Pure.

The rules are written in CEL; `guard` says what their variables are.
"""

from datetime import timedelta
from typing import Final

from daypass.adapters.kubernetes.guard_roles import offered, offered_here
from daypass.adapters.kubernetes.guard_words import all_of, annotation, any_of, label, text, texts
from daypass.adapters.kubernetes.static import Manifest
from daypass.domain.catalog import Catalog
from daypass.domain.duration import write_duration
from daypass.domain.forbidden import FORBIDDEN_PREFIXES
from daypass.domain.grant import (
    CREATE_BEFORE,
    EXPIRES_AT,
    EXTENDED_BY,
    FREE_UNTIL,
    INSTALL,
    LAST_WORD,
    LEASE,
    MAC,
    MANAGED_BY,
)
from daypass.domain.lease import SKEW

REQUEST: Final = "[0-9a-hjkmnp-tv-z]{12}"
"""How the id of a request is spelled; `daypass-ID-` begins the names of its leases' objects."""
_NAME: Final = f"^daypass-{REQUEST}-[1-9][0-9]?-[1-9][0-9]{{0,4}}(-[1-9][0-9]{{0,4}})?$"
"""The whole name of an object: its lease, its attempt, which of several it is."""
_LEASE: Final = f"^{REQUEST}-[1-9][0-9]?$"
_CREATE: Final = "request.operation == 'CREATE'"
_UPDATE: Final = "request.operation == 'UPDATE'"
_DELETE: Final = "request.operation == 'DELETE'"
_NO_CREATE: Final = "request.operation != 'CREATE'"
_NO_UPDATE: Final = "request.operation != 'UPDATE'"
_NO_DELETE: Final = "request.operation != 'DELETE'"
_UNCHANGED: Final = all_of(_UPDATE, "variables.sameGrant", "variables.sameEnd", "!variables.held")
"""As the garbage collector updates what is deleted while a finalizer holds it, which must go."""
_BOTH: Final = ("oldObject", "object")
_NOT_BY_US: Final = "!variables.byUs"


def rules(catalog: Catalog, cluster: str) -> list[Manifest]:
    """Return the rules; the first that is broken is the one that is told."""
    ours = [
        *_about_who(catalog.install),
        _about_marks(catalog.install),
        *_about_person_and_place(),
        _about_role(catalog, cluster),
        *_about_time(catalog.longest),
        *_about_changes(),
    ]
    return [_about_others(), *({**one, "expression": _if_ours(one["expression"])} for one in ours)]


def _if_ours(expression: str) -> str:
    return any_of("variables.theirs", f"({expression})")


def _about_others() -> Manifest:
    # What is like ours but for the install would pass for one of ours that was given away, and the
    # worker may delete none of another install's.
    return _rule(
        any_of("!variables.theirs", "variables.byTheirs", f"({_UNCHANGED})"),
        f"Only the grants worker of the install that its label {INSTALL} names creates and changes "
        "what is named daypass-LEASE-ATTEMPT. Choose another name.",
        reason="Forbidden",
    )


def _about_who(install: str) -> list[Manifest]:
    return [
        _rule(
            any_of("variables.byUs", _DELETE, f"({_UNCHANGED})"),
            f"Only Daypass (install {install}) creates and changes the objects of its leases. "
            "Ask it for access; to take access away delete the object.",
            reason="Forbidden",
        ),
        _rule(
            any_of(_NOT_BY_US, _NO_DELETE, "variables.wasOurs"),
            f"The grants worker deletes nothing but what is of its own install, {install}.",
            reason="Forbidden",
        ),
        _about_deleting(),
    ]


def _about_deleting() -> Manifest:
    # Foreground waits for every dependent, and anybody can make one that never goes; both that and
    # Orphan are finalizers of the server's own, which no rule about finalizers sees.
    waits = any_of(
        "!(request.options.?propagationPolicy.orValue('Background') in ['', 'Background'])",
        "request.options.?orphanDependents.orValue(false)",
    )
    return _rule(
        any_of(_NO_DELETE, "!variables.wasOurs", f"!({waits})"),
        "A lease's object goes at once and waits for nothing: delete it with "
        "--cascade=background, which is what kubectl does unless told otherwise.",
        reason="Forbidden",
    )


def _about_marks(install: str) -> Manifest:
    worn = all_of(
        f"{label('object', INSTALL)} == {text(install)}",
        f"{label('object', MANAGED_BY)} == 'daypass'",
        f"variables.lease.matches({text(_LEASE)})",
        "object.metadata.name.startsWith('daypass-' + variables.lease + '-')",
        f"object.metadata.name.matches({text(_NAME)})",
    )
    return _rule(
        any_of(_NOT_BY_US, _DELETE, f"({worn})"),
        "The grants worker writes nothing but the objects of leases: named "
        "daypass-LEASE-ATTEMPT or daypass-LEASE-ATTEMPT-NUMBER and "
        f"labelled {MANAGED_BY}=daypass, {INSTALL}={install} and {LEASE}=LEASE.",
    )


def _about_person_and_place() -> list[Manifest]:
    person = all_of(
        "size(object.?subjects.orValue([])) == 1",
        "object.subjects[0].kind == 'User'",
        "object.subjects[0].name != ''",
        f"!{texts(FORBIDDEN_PREFIXES)}.exists(p, object.subjects[0].name.startsWith(p))",
    )
    return [
        _rule(
            any_of(_NO_CREATE, f"({person})"),
            "A lease is of one person: exactly one subject, of kind User, whose name begins with "
            f"none of {', '.join(FORBIDDEN_PREFIXES)}.",
        ),
        _rule(
            any_of(
                _NO_CREATE, "!(variables.place == 'daypass' || variables.place.startsWith('kube-'))"
            ),
            "Nothing is granted in the namespaces kube-* and daypass.",
        ),
    ]


def _about_role(catalog: Catalog, cluster: str) -> Manifest:
    return _rule(
        any_of(_NO_CREATE, offered_here(offered(catalog, cluster))),
        "No level of Daypass offers this role in this place. "
        "After a change of levels apply what `daypass rbac` prints.",
    )


def _about_time(longest: timedelta) -> list[Manifest]:
    most = round((longest + SKEW).total_seconds())  # The clocks of Redis and of the server differ.
    # A maximum may have been lowered since: what is longer can be cut. Times so written compare.
    cut = all_of(_UPDATE, "variables.end <= variables.endBefore")
    short = f"timestamp(variables.end) <= variables.created + duration('{most}s')"
    within = all_of("timestamp(variables.end) > variables.created", f"({any_of(short, cut)})")
    return [
        _rule(
            any_of(_NOT_BY_US, _DELETE, "variables.timed"),
            f"A lease says when it ends: {EXPIRES_AT} and {CREATE_BEFORE} are times in UTC, "
            "such as 2026-01-05T09:00:00Z.",
        ),
        _rule(
            any_of(_NOT_BY_US, _DELETE, "!variables.timed", f"({within})"),
            f"A lease ends after it began, and at most {write_duration(longest)} after.",
        ),
        _rule(
            any_of(
                _NO_CREATE,
                "!variables.timed",
                "variables.created <= timestamp(variables.createBefore)",
            ),
            f"It is too late to create this object: its {CREATE_BEFORE} has passed.",
        ),
    ]


def _about_changes() -> list[Manifest]:
    kept = (f"{one}.metadata.?annotations[?{text(FREE_UNTIL)}].hasValue()" for one in _BOTH)
    only = all_of(
        "variables.sameGrant",
        f"{annotation('object', MAC)} != ''",
        f"({any_of('!' + next(kept), next(kept))})",
    )
    return [
        _rule(
            any_of(_NO_UPDATE, f"({only})"),
            "Of what makes a lease's object nothing changes but its end: the annotations "
            f"{EXPIRES_AT}, {FREE_UNTIL}, {EXTENDED_BY}, {LAST_WORD} and {MAC}.",
        ),
        _rule(
            any_of(_DELETE, "!variables.held"),
            "No finalizer may keep a lease's object from being deleted.",
        ),
    ]


def _rule(expression: str, message: str, *, reason: str = "Invalid") -> Manifest:
    return {"expression": expression, "message": message, "reason": reason}
