"""Levels: a role in a place or a group, delivered as this version can, and nothing forbidden."""

from typing import Final

from daypass.adapters.yaml import convert
from daypass.adapters.yaml.checks.checked import Checked
from daypass.adapters.yaml.faults import nearest
from daypass.adapters.yaml.schema import BoundModel, LevelModel
from daypass.adapters.yaml.source import Where
from daypass.domain.catalog import Delivery
from daypass.domain.deliveries import Names, fitting
from daypass.domain.forbidden import forbidden_name, forbidden_namespace, forbidden_role
from daypass.domain.roles import RoleRef

_PLANNED: Final = frozenset({"impersonate", "constrained", "auto"})
MOST_PARTS: Final = 50
"""Bindings of one mirrored group: a grant creates and proves each, within its deadline."""
_PLACES: Final = ("namespaces", "choose", "cluster_wide")


def check(checked: Checked) -> None:
    """Note levels that mean nothing, or what is never granted."""
    if checked.data.get("levels") == {}:
        checked.faults.add(
            ("levels",), "has no level; write one: NAME with summary, clusters, role"
        )
    for name, meanings in checked.document.levels.items():
        _check_meanings(checked, ("levels", name), meanings)
    for where, one in checked.levels():
        checked.selector((*where, "clusters"), one.clusters)
        _check_delivery(checked, where, one)
        _check_bindings(checked, where, one)
        if one.role and one.group:
            checked.faults.add(where, "has a role and a group; write two levels")
        elif one.role:
            _check_places(checked, where, one)
            _check_role(checked, where, convert.role(one.role))
        elif one.group:
            _check_group(checked, where, one)
        else:
            checked.faults.add(where, "has neither role nor group; write one of them")


def _check_meanings(checked: Checked, where: Where, meanings: list[LevelModel]) -> None:
    """Note where a name would mean two things on one cluster, or nothing anywhere."""
    if not meanings:
        fault = "means nothing; write summary, clusters and role or group, or a list of such"
        checked.faults.add(where, fault)
    first = dict[str, int]()
    for number, one in enumerate(meanings):
        here = convert.selector(one.clusters)
        for name, written in checked.document.clusters.items():
            if not here.selects(convert.cluster(name, written)):
                continue
            if (other := first.setdefault(name, number)) != number:
                fault = (
                    f"selects {name}, and so does number {other + 1}; a level means one thing "
                    "on one cluster: write selectors that share none"
                )
                checked.faults.add((*where, number, "clusters"), fault)
                break


def _check_places(checked: Checked, where: Where, one: LevelModel) -> None:
    places = [place for place in _PLACES if getattr(one, place)]
    if not places:
        fault = "says not where the role holds; write namespaces, choose or cluster_wide: true"
        checked.faults.add(where, fault)
    if len(places) > 1:
        checked.faults.add(where, f"has {' and '.join(places)}; keep one of them")
    if one.cluster_wide and one.role and one.role.kind == "Role":
        fault = "a Role lives in a namespace; write namespaces or choose, or take a ClusterRole"
        checked.faults.add((*where, "cluster_wide"), fault)
    for place in ("namespaces", "choose"):
        for number, name in enumerate(getattr(one, place)):
            if forbidden_namespace(name):
                fault = f"nothing is ever granted in {name}; write another namespace"
                checked.faults.add((*where, place, number), fault)


def _check_role(checked: Checked, where: Where, role: RoleRef) -> None:
    if forbidden_role(role):
        fault = f"{role} is never granted; name a role with the rights that are needed"
        checked.faults.add((*where, "role"), fault)


def _check_group(checked: Checked, where: Where, one: LevelModel) -> None:
    for place in _PLACES:
        if getattr(one, place):
            fault = "a group holds wherever it is bound; remove this, or write a role"
            checked.faults.add((*where, place), fault)
    if forbidden_name(one.group or ""):
        fault = f"group “{one.group}” is never granted; name a group of your own"
        checked.faults.add((*where, "group"), fault)


def _check_bindings(checked: Checked, where: Where, one: LevelModel) -> None:
    place = (*where, "bindings")
    if one.delivery == Delivery.MIRROR and one.group and not one.bindings:
        fault = (
            "mirrors a group and says not what that is bound to; write bindings: "
            "[{role: NAME, namespaces: [NAMESPACE]}]"
        )
        checked.faults.add(where, fault)
    if one.delivery != Delivery.MIRROR and one.bindings:
        checked.faults.add(place, "only a level that mirrors a group has them; remove this")
        return
    parts = convert.parts(one)
    if len(parts) > MOST_PARTS:
        fault = f"come to {len(parts)}, and {MOST_PARTS} is the most; write several levels"
        checked.faults.add(place, fault)
    for number, bound in enumerate(one.bindings):
        _check_bound(checked, (*place, number), bound)
    if twice := [part for at, part in enumerate(parts) if part in parts[:at]]:
        checked.faults.add(place, f"name {twice[0]} twice; name it once")


def _check_bound(checked: Checked, where: Where, bound: BoundModel) -> None:
    if bool(bound.namespaces) == bound.cluster_wide:
        both = "both; keep one of them" if bound.namespaces else "neither; write one of them"
        checked.faults.add(where, f"has of namespaces and cluster_wide {both}")
    _check_role(checked, where, convert.role(bound.role))
    if bound.cluster_wide and bound.role.kind == "Role":
        fault = "a Role lives in a namespace; write namespaces, or take a ClusterRole"
        checked.faults.add((*where, "cluster_wide"), fault)
    for number, name in enumerate(bound.namespaces):
        if forbidden_namespace(name):
            fault = f"nothing is ever granted in {name}; write another namespace"
            checked.faults.add((*where, "namespaces", number), fault)


def _check_delivery(checked: Checked, where: Where, one: LevelModel) -> None:
    names = Names.ROLE if one.role else Names.GROUP
    fits = fitting(names)
    place, cure = (*where, "delivery"), f"write {' or '.join(fits)} or leave it out"
    if one.delivery is None or one.delivery in fits:
        return
    if one.delivery in frozenset(Delivery):
        fault = f"a {names} is not delivered by {one.delivery}; {cure}"
    elif one.delivery in _PLANNED:
        fault = f"{one.delivery} is not offered in this version; {cure}"
    else:
        fault = f"there is no delivery “{one.delivery}”; {nearest(one.delivery, list(Delivery))}"
    checked.faults.add(place, fault)
