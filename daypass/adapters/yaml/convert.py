"""From the shape of the file to the domain's values; their sense is checked elsewhere."""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from daypass.adapters.yaml.schema import (
    ClusterModel,
    Document,
    LevelModel,
    PluginModel,
    RiskModel,
    RoleModel,
    SelectorModel,
    StepModel,
    TeamModel,
    UsernameModel,
    WorkflowModel,
)
from daypass.domain.access import ClusterAccess, Plugin
from daypass.domain.catalog import (
    Catalog,
    Cluster,
    Delivery,
    Level,
    Principal,
    RiskRule,
    Selector,
    Step,
    Team,
    Workflow,
)
from daypass.domain.deliveries import Names, fitting
from daypass.domain.people import spelled
from daypass.domain.presets import template_of
from daypass.domain.risk import Risk
from daypass.domain.roles import Part, RoleKind, RoleRef
from daypass.domain.template import is_personal


def catalog(document: Document) -> Catalog:
    """Return what rules need; its version is a hash of exactly that."""
    bare = Catalog(
        install=document.install,
        version="",
        admins=principals(document.admins),
        teams={name: _team(name, one) for name, one in document.teams.items()},
        clusters={name: cluster(name, one) for name, one in document.clusters.items()},
        levels=tuple(
            level(name, one) for name, several in document.levels.items() for one in several
        ),
        workflows=tuple(workflow(written) for written in document.workflows),
        offboard_within=document.offboard_within,
        retention=document.retention,
        grants_per_minute=document.grants_per_minute,
    )
    return replace(bare, version=_hash(bare))


def access(one: ClusterModel, folder: Path) -> ClusterAccess:
    """Return how to reach a cluster; relative paths are seen from the file's own folder."""
    kubeconfig = one.kubeconfig

    def seen(path: str) -> Path | None:
        return folder / path if path else None

    return ClusterAccess(
        server=one.server or "",
        ca_file=seen(one.ca_file),
        token_file=seen(one.token_file),
        certificate_file=seen(one.client_certificate_file),
        key_file=seen(one.client_key_file),
        plugin=plugin(one.exec) if one.exec else None,
        in_cluster=one.in_cluster,
        kubeconfig=folder / kubeconfig.path if kubeconfig else None,
        context=kubeconfig.context if kubeconfig else "",
        plugins=tuple(map(Path, kubeconfig.exec)) if kubeconfig else (),
    )


def plugin(one: PluginModel) -> Plugin:
    """Return the command that is run for a credential."""
    return Plugin(
        command=Path(one.command),
        args=tuple(one.args),
        env=dict(one.env),
        timeout=one.timeout,
        version=one.api_version,
    )


def principals(texts: list[str]) -> tuple[Principal, ...]:
    """Read `team:sre` and emails."""
    return tuple(_principal(text) for text in texts)


def _principal(text: str) -> Principal:
    if text.startswith("team:"):
        return Principal(team=text.removeprefix("team:"))
    return Principal(email=spelled(text))


def _team(name: str, one: TeamModel) -> Team:
    return Team(
        name=name,
        everyone=one.everyone,
        usergroup=one.slack_usergroup or "",
        emails=frozenset(one.emails),
    )


def cluster(name: str, one: ClusterModel) -> Cluster:
    """Return a cluster as rules see it."""
    return Cluster(
        name=name,
        labels=dict(one.labels),
        username=username(one.username),
        overrides={_whom(who): name for who, name in one.overrides.items()},
        context=one.context,
    )


def username(one: UsernameModel) -> str:
    """Return the template that it is."""
    return one.preset if is_personal(one.preset) else template_of(one.preset, lower=one.lower)


def _whom(written: str) -> str:
    """Return an account as it is, an email as emails are compared."""
    return spelled(written) if "@" in written else written


def selector(one: SelectorModel) -> Selector:
    """Return which clusters are meant."""
    return Selector(labels=dict(one.labels), names=tuple(one.names))


def role(one: RoleModel) -> RoleRef:
    """Return a role by kind and name."""
    return RoleRef(name=one.name, kind=RoleKind(one.kind))


def level(name: str, one: LevelModel) -> Level:
    """Return a level, delivered as it says, or as its role or group is by itself."""
    bound = role(one.role) if one.role else None
    usual, *_ = fitting(Names.ROLE if bound else Names.GROUP)
    mirrored = parts(one)
    everywhere = any(not part.namespace for part in mirrored)
    places = () if everywhere else sorted({part.namespace for part in mirrored})
    return Level(
        name=name,
        summary=one.summary,
        clusters=selector(one.clusters),
        role=bound,
        group=one.group or "",
        delivery=Delivery(one.delivery or usual),
        cluster_wide=one.cluster_wide or everywhere,
        namespaces=(*one.namespaces, *places),
        choose=tuple(one.choose),
        parts=mirrored,
    )


def parts(one: LevelModel) -> tuple[Part, ...]:
    """Return what the group of a level is to be bound to."""
    return tuple(
        Part(role=role(bound.role), namespace=namespace)
        for bound in one.bindings
        for namespace in bound.namespaces or ("",)
    )


def workflow(one: WorkflowModel) -> Workflow:
    """Return a workflow."""
    return Workflow(
        name=one.name,
        clusters=selector(one.match.clusters),
        requesters=principals(one.requesters),
        levels=tuple(one.match.levels),
        steps=tuple(_step(step) for step in one.approve),
        channel=one.channel or "",
        default_duration=one.duration.default,
        max_duration=one.duration.max,
        reason_required=one.reason == "required",
        timeout=one.timeout,
        self_approval=one.self_approval,
        extensions=one.extensions,
        at_once=one.at_once,
        risk=risk_rule(one.risk),
        default_level=one.default_level or "",
    )


def risk_rule(one: RiskModel) -> RiskRule:
    """Return what follows from risks."""
    extra, short = one.extra_step, one.max
    return RiskRule(
        refuse=tuple(map(Risk, one.refuse)),
        asks=tuple(map(Risk, extra.risks)) if extra else (),
        step=Step(by=principals(extra.by), count=extra.count) if extra else None,
        short=tuple(map(Risk, short.risks)) if short else (),
        most=short.duration if short else None,
    )


def _step(one: StepModel) -> Step:
    return Step(by=principals(one.by), count=one.count)


def _hash(bare: Catalog) -> str:
    """Hash the content, so that two processes can tell whether they follow the same rules."""
    text = json.dumps(asdict(bare), default=_plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:  # noqa: ANN401 - what JSON does not know by itself
    match value:
        case timedelta():
            return value.total_seconds()
        case frozenset():
            return sorted(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a catalog")
