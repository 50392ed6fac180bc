"""The catalog that tests stand on, and what it is made of."""

from dataclasses import replace
from typing import Any

from daypass.domain.catalog import (
    Catalog,
    Cluster,
    Delivery,
    Level,
    Principal,
    Selector,
    Step,
    Team,
    Workflow,
)
from daypass.domain.roles import Part, RoleRef

SRE = Principal(team="sre")
ENGINEERS = Principal(team="engineers")


def a_level(name: str = "debug", **fields: Any) -> Level:
    """Return a level that binds ClusterRole/view in payments, offered everywhere."""
    default = Level(
        name=name,
        summary=f"What {name} is for",
        clusters=Selector(),
        role=RoleRef(name="view"),
        namespaces=("payments",),
    )
    return replace(default, **fields)


def a_group_level(name: str = "platform-admins") -> Level:
    """Return a level that lends a group's rights through a static ClusterRole."""
    return Level(
        name=name,
        summary=f"Member of {name}",
        clusters=Selector(labels={"env": "prod"}),
        group=name,
        delivery=Delivery.SUDO,
    )


def a_mirror(name: str = "team-admins", **fields: Any) -> Level:
    """Return a level that gives what a group is bound to: view in payments and in team-a."""
    places = ("payments", "team-a")
    default = Level(
        name=name,
        summary=f"What {name} has",
        clusters=Selector(labels={"env": "prod"}),
        group=name,
        delivery=Delivery.MIRROR,
        namespaces=places,
        parts=tuple(Part(role=RoleRef(name="view"), namespace=place) for place in places),
    )
    return replace(default, **fields)


def a_workflow(name: str = "production", **fields: Any) -> Workflow:
    """Return a workflow by which engineers ask for anything on prod and one of sre says yes."""
    default = Workflow(
        name=name,
        clusters=Selector(labels={"env": "prod"}),
        requesters=(ENGINEERS,),
        steps=(Step(by=(SRE,)),),
        channel="C0APPROVE",
    )
    return replace(default, **fields)


def unbounded(catalog: Catalog | None = None) -> Catalog:
    """Return a catalog in which one person may hold the same as often as a test likes."""
    rules = catalog or a_catalog()
    workflows = tuple(replace(one, at_once=100_000) for one in rules.workflows)
    return replace(rules, workflows=workflows, grants_per_minute=100_000)


def the_level(name: str, catalog: Catalog) -> Level:
    """Return the one level of that name, wherever it is offered."""
    (found,) = (level for level in catalog.levels if level.name == name)
    return found


def a_catalog(**fields: Any) -> Catalog:
    """Return a catalog of two clusters: prod with approval, dev automatic."""
    levels = (
        a_level(),
        a_level("open", namespaces=(), choose=("team-*",)),
        a_level("nodes", namespaces=(), cluster_wide=True),
        a_group_level(),
    )
    default = Catalog(
        install="main",
        version="v1",
        admins=(Principal(email="dan@example.com"),),
        teams={
            "engineers": Team(name="engineers", everyone=True),
            "sre": Team(name="sre", usergroup="S0SRE"),
        },
        clusters={
            "prod": Cluster(name="prod", labels={"env": "prod"}),
            "dev": Cluster(name="dev", labels={"env": "dev"}),
        },
        levels=tuple(levels),
        workflows=(
            a_workflow(),
            a_workflow(
                "development",
                clusters=Selector(labels={"env": "dev"}),
                steps=(),
                channel="",
                reason_required=False,
            ),
        ),
    )
    return replace(default, **fields)
