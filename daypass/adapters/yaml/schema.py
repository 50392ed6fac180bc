"""The shape of daypass.yaml, version 1, from which the JSON Schema comes; no cross checks here."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from daypass.adapters.yaml.words import (
    NAMINGS,
    Account,
    Channel,
    ClusterName,
    Command,
    Duration,
    Email,
    Glob,
    Group,
    Label,
    Namespace,
    NamespaceGlob,
    Naming,
    Offboarding,
    PluginTime,
    PrincipalText,
    Retention,
    RiskName,
    RoleName,
    Server,
    Summary,
    Template,
    Usergroup,
    Variable,
    Word,
    refuse,
)
from daypass.domain.access import PLUGIN_TIMEOUT


class _Strict(BaseModel):
    """Unknown keys are errors, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TeamModel(_Strict):
    """Some people: one of these, or several together."""

    everyone: bool = Field(default=False, description="every full member of the workspace")
    slack_usergroup: Usergroup | None = Field(default=None, description="id of a Slack user group")
    emails: list[Email] = Field(default=[], description="single people")


class KubeconfigModel(_Strict):
    """A kubeconfig file and one of its contexts."""

    path: str = Field(min_length=1, description="path of a kubeconfig")
    context: str = Field(default="", description="a context in it; its current one if left out")
    exec: list[Command] = Field(
        default=[], description="commands that its user may run for a credential; none if left out"
    )


class PluginModel(_Strict):
    """A command that prints a credential: an exec plugin of client.authentication.k8s.io."""

    command: Command = Field(description="absolute path; run without a shell")
    args: list[Word] = Field(default=[], description="its arguments")
    env: dict[Variable, Word] = Field(
        default={}, description="all of its environment beside PATH and LANG"
    )
    timeout: PluginTime = Field(
        default=PLUGIN_TIMEOUT, description="after which it is killed; at most a minute"
    )
    api_version: Literal["v1", "v1beta1"] = Field(
        default="v1", description="version of client.authentication.k8s.io that it answers with"
    )


class UsernameModel(_Strict):
    """How an API server knows people, as its platform makes their names."""

    preset: Naming = Field(description="one of the presets")
    lower: bool = Field(default=False, description="in small letters")


def _username(value: Any) -> Any:  # noqa: ANN401 - YAML holds anything
    if not isinstance(value, str | dict):
        refuse(f"is no text; write one with {NAMINGS}")
    return {"preset": value} if isinstance(value, str) else value


UsernameText = Annotated[
    UsernameModel, BeforeValidator(_username, json_schema_input_type=Naming | UsernameModel)
]


class ClusterModel(_Strict):
    """One API server: how to reach it (exactly one way), and how it knows people."""

    server: Server | None = Field(default=None, description="https address of the API server")
    ca_file: str = Field(
        default="", description="its certificate authority; the system's if left out"
    )
    token_file: str = Field(default="", description="the grants worker's token there")
    client_certificate_file: str = Field(
        default="", description="the grants worker's client certificate there, instead of a token"
    )
    client_key_file: str = Field(default="", description="the key of that certificate")
    exec: PluginModel | None = Field(
        default=None, description="a command that prints the worker's credential, instead of a file"
    )
    in_cluster: bool = Field(default=False, description="the pod's own service account")
    kubeconfig: KubeconfigModel | None = Field(default=None, description="a kubeconfig instead")
    labels: dict[str, str] = Field(default={}, description="what rules select clusters by")
    username: UsernameText = Field(
        default_factory=lambda: UsernameModel(preset="{email}"),
        description="how it knows a person: {email}, {local} (small letters: {email:lower}), "
        "or a preset; {email} if left out",
    )
    overrides: dict[Account, Template] = Field(
        default={}, description="Slack id or email to username"
    )
    context: Template = Field(default="", description="kubectl context that people are shown")


class SelectorModel(_Strict):
    """Which clusters: labels that all must be equal, or names and globs."""

    labels: dict[str, str] = {}
    names: list[Glob] = []


def _selector(value: Any) -> Any:  # noqa: ANN401 - YAML holds anything
    if not value:
        refuse('selects nothing; write labels ({env: prod}), names ([prod]) or ["*"] for all')
    if isinstance(value, dict):
        return {"labels": value}
    return {"names": value if isinstance(value, list) else [value]}


SelectorText = Annotated[
    SelectorModel,
    BeforeValidator(_selector, json_schema_input_type=Glob | list[Glob] | dict[str, str]),
]


class RoleModel(_Strict):
    """A role that is on the cluster already."""

    name: RoleName = Field(description="its name")
    kind: Literal["ClusterRole", "Role"] = Field(default="ClusterRole", description="its kind")


def _role(value: Any) -> Any:  # noqa: ANN401 - as above
    return {"name": value} if isinstance(value, str) else value


RoleText = Annotated[RoleModel, BeforeValidator(_role, json_schema_input_type=RoleName | RoleModel)]


class BoundModel(_Strict):
    """A role that a group is bound to, in some namespaces or everywhere."""

    role: RoleText = Field(description="the role")
    namespaces: list[Namespace] = Field(default=[], description="where the group is bound to it")
    cluster_wide: bool = Field(default=False, description="it is bound to it everywhere")


class LevelModel(_Strict):
    """A privilege level: a role in some place, or membership of a group."""

    summary: Summary = Field(description="one line for people")
    clusters: SelectorText = Field(description="where it is offered")
    role: RoleText | None = Field(default=None, description="a role; this or group")
    group: Group | None = Field(default=None, description="a Kubernetes group; this or role")
    delivery: str | None = Field(
        default=None, description="binding for a role; sudo or mirror for a group"
    )
    namespaces: list[Namespace] = Field(default=[], description="where the role holds")
    cluster_wide: bool = Field(default=False, description="the role holds everywhere")
    choose: list[NamespaceGlob] = Field(default=[], description="the person picks among these")
    bindings: list[BoundModel] = Field(
        default=[], description="with mirror: what the group is bound to, and the person gets"
    )


def _meanings(value: Any) -> Any:  # noqa: ANN401 - as above
    return value if isinstance(value, list) else [value]


LevelText = Annotated[
    list[LevelModel],
    BeforeValidator(_meanings, json_schema_input_type=LevelModel | list[LevelModel]),
]
"""What a name means, or a list of what it means on different clusters."""


class MatchModel(_Strict):
    """Which asks a workflow decides."""

    clusters: SelectorText = Field(description="on which clusters")
    # Null is refused: a list of which every line was commented out must not come to mean all.
    levels: list[Glob] = Field(default=["*"], description="for which levels; all if left out")


class StepModel(_Strict):
    """So many different people out of these must say yes."""

    by: list[PrincipalText] = Field(description="who may say yes: team:NAME or emails")
    count: int = Field(default=1, description="how many of them")


class DurationModel(_Strict):
    """How long access lasts."""

    default: Duration = Field(description="when the person says none")
    max: Duration = Field(description="the most that can be asked for")


class ExtraStepModel(StepModel):
    """One more step, after the others, where a level leads to any of these."""

    risks: list[RiskName] = Field(alias="for", description="for which risks")


class RiskMaxModel(_Strict):
    """A shorter maximum, where a level leads to any of these."""

    risks: list[RiskName] = Field(alias="for", description="for which risks")
    duration: Duration = Field(description="the most that can be asked for then")


class RiskModel(_Strict):
    """What follows from what a level's role leads to on the cluster."""

    refuse: list[RiskName] = Field(default=[], description="risks that are never given")
    extra_step: ExtraStepModel | None = Field(default=None, description="who else must say yes")
    max: RiskMaxModel | None = Field(default=None, description="for how long at most")


class WorkflowModel(_Strict):
    """Who may ask for what, who must approve, and for how long at most."""

    name: Label = Field(description="a name that people see")
    match: MatchModel = Field(description="which asks it decides")
    requesters: list[PrincipalText] = Field(description="who may ask: team:NAME or emails")
    default_level: Label | None = Field(
        default=None, description="the level that is meant when the person names none"
    )
    approve: list[StepModel] = Field(description="steps in order; [] grants automatically")
    channel: Channel | None = Field(
        default=None, description="where the people of its steps are asked"
    )
    duration: DurationModel = Field(description="default and max")
    reason: Literal["required", "optional"] = Field(
        default="required", description="must one say why"
    )
    timeout: Duration = Field(
        default=timedelta(hours=1), description="how long a request waits for people"
    )
    risk: RiskModel = Field(default=RiskModel(), description="rules about what a role leads to")
    self_approval: bool = Field(default=False, description="may requesters approve themselves")
    extensions: int = Field(
        default=1, description="how often a lease is extended without asking anybody"
    )
    at_once: int = Field(
        default=1, description="how many leases for a level one person holds in one place at once"
    )


class Document(_Strict):
    """All of daypass.yaml."""

    version: Literal[1] = Field(description="version of this format: 1")
    install: Label = Field(description="tells two installs on one cluster apart")
    admins: list[PrincipalText] = Field(description="may end anybody's access")
    teams: dict[Label, TeamModel] = Field(default={}, description="people by team")
    clusters: dict[ClusterName, ClusterModel] = Field(description="API servers")
    levels: dict[Label, LevelText] = Field(description="privilege levels")
    workflows: list[WorkflowModel] = Field(description="the first that matches decides")
    offboard_within: Offboarding = Field(
        default=timedelta(minutes=1), description="how long whoever lost the right keeps a lease"
    )
    retention: Retention | None = Field(
        default=None, description="how long what is over is kept; for ever if left out"
    )
    grants_per_minute: int = Field(
        default=30, description="how many leases one person is granted on one cluster in a minute"
    )


def json_schema() -> dict[str, Any]:
    """Return the schema of the file as it is written, for editors; it knows no cross checks."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Document.model_json_schema(),
        "title": "daypass.yaml",
    }
