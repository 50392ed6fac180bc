"""Single values of daypass.yaml: what each may look like, and in which words it is refused."""

import re
from datetime import timedelta
from string import Formatter
from typing import Annotated, Any, Final, Never

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from daypass.domain.addresses import address_of
from daypass.domain.duration import EXAMPLES, LONGEST, DurationError, read_duration
from daypass.domain.people import spelled
from daypass.domain.presets import OFFERED, PresetError, is_preset, near_preset, template_of
from daypass.domain.risk import Risk
from daypass.domain.template import FIELDS, FORMS, LOWER, SESSION, is_personal

_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_CLUSTER: Final = r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?"
_EMAIL: Final = r"[^\s@:<>|]+@[^\s@:<>|]+"
_SOONEST_OFFBOARDING: Final = timedelta(seconds=30)
"""Half of it lies between two looks: four a minute and holder, of about 100 that Slack takes."""
_LONGEST_SUMMARY: Final = 200
"""Characters; a summary is one line of a Slack card."""
_LONGEST_PLUGIN: Final = timedelta(minutes=1)
"""What hangs so long does not answer any more; meanwhile nobody asks again."""
_SHORTEST_RETENTION: Final = timedelta(days=1)
"""Below that an audit trail is none."""
_LONGEST_RETENTION: Final = 20 * LONGEST
"""Twenty years: longer than any law asks for."""


def refuse(fault: str) -> Never:
    """Refuse a value, worded `what is wrong; what would be right`."""
    raise PydanticCustomError("fault", "{fault}", {"fault": fault})


def _written(pattern: str, right: str) -> tuple[AfterValidator, WithJsonSchema]:
    """Text that matches `pattern` as a whole; else what would be `right` is said."""

    def check(text: str) -> str:
        return text if re.fullmatch(pattern, text) else refuse(f"“{text}” cannot be used; {right}")

    return AfterValidator(check), WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


_DNS = "write at most 63 of a-z, 0-9 and “-”, with a letter or digit at both ends"
Label = Annotated[str, *_written(_LABEL, _DNS)]
"""A DNS label: it becomes part of the names and labels of objects."""
ClusterName = Annotated[str, *_written(_CLUSTER, _DNS.replace("and “-”", "“.” and “-”"))]
Email = Annotated[str, *_written(_EMAIL, "write an email address"), AfterValidator(spelled)]
PrincipalText = Annotated[
    str,
    *_written(rf"team:{_LABEL}|{_EMAIL}", "write team:NAME or an email address"),
]
"""`team:sre` or `bob@example.com`."""
_RISKS: Final = tuple(risk.value for risk in Risk)


def _risk(name: str) -> str:
    known = ", ".join(_RISKS)
    return name if name in _RISKS else refuse(f"“{name}” is no risk; write one of {known}")


RiskName = Annotated[
    str, AfterValidator(_risk), WithJsonSchema({"type": "string", "enum": list(_RISKS)})
]
"""What a role may lead to, by its short name."""
Usergroup = Annotated[
    str, *_written(r"S[A-Z0-9]{2,20}", "write the group's Slack id (S…), not its name")
]
Account = Annotated[
    str,
    *_written(
        rf"[UW][A-Z0-9]{{2,20}}|{_EMAIL}",
        "write an account's Slack id (U… or W…) or an email address",
    ),
]
"""Whom an override is for."""
Channel = Annotated[
    str, *_written(r"[CG][A-Z0-9]{2,20}", "write the channel's Slack id (C…), not its name")
]
Namespace = Annotated[str, *_written(_LABEL, "write a namespace's name")]
NamespaceGlob = Annotated[
    str, *_written(r"[a-z0-9*?\[\]!-]{1,63}", "write a namespace or a glob such as team-*")
]
Glob = Annotated[
    str, *_written(r"[a-z0-9.*?\[\]!-]{1,63}", "write a name or a glob such as prod-*")
]
RoleName = Annotated[str, *_written(r"[^\s/%]{1,253}", "write the name of a role")]
Group = Annotated[str, *_written(r"\S{1,253}", "write the name of a Kubernetes group")]


def _reachable(url: str) -> str:
    try:
        address_of(url)
    except ValueError as error:
        refuse(f"“{url}” {error}")
    return url


Server = Annotated[
    str,
    *_written(r"https://[^\s/@?#]+(/[^\s@?#]*)?", "write https://HOST:PORT without a password"),
    AfterValidator(_reachable),
]
Command = Annotated[
    str,
    *_written(r"(/[^/\x00]+)+", "write an absolute path: no PATH is searched, no shell is asked"),
]
Word = Annotated[str, *_written(r"[^\x00]*", "write it without a NUL")]
Variable = Annotated[
    str, *_written(r"(?!KUBERNETES_EXEC_INFO$)[A-Za-z_][A-Za-z0-9_]*", "write a variable's name")
]
Summary = Annotated[
    str,
    *_written(
        rf"\S(?:[^\r\n]{{0,{_LONGEST_SUMMARY - 2}}}\S)?",
        f"write one line, {_LONGEST_SUMMARY} characters at most",
    ),
]


_OFFERED: Final = (
    f"{' or '.join(f'{{{name}}}' for name in FIELDS)}, "
    f"or {' or '.join(f'{{{name}:{LOWER}}}' for name in FIELDS)} for small letters, "
    f"or {{{FIELDS[0]}:{SESSION}}} with - for @"
)


NAMINGS: Final = f"{{email}} or {{local}} in it, or a preset: {', '.join(OFFERED)}"
"""What a username may be."""


def _template(text: str) -> str:
    """Check that a template asks for nothing but what can be filled in."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        refuse(f"“{text}” has a brace without its partner; write {_OFFERED}")
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if name not in FIELDS or form not in FORMS or conversion:
            field = name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            refuse(f"“{text}” has an unknown field {{{field}}}; write {_OFFERED}")
    return text


def _naming(text: str) -> str:
    """Check that a text is a template with a field, or a preset that is complete."""
    if is_personal(_template(text)):
        return text
    try:
        if is_preset(text):
            template_of(text)
            return text
    except PresetError as error:
        refuse(str(error))
    near = near_preset(text)
    cure = f"did you mean {near}?" if near else f"write {NAMINGS}"
    refuse(f"“{text}” would be everybody's name; {cure}")


Template = Annotated[str, AfterValidator(_template)]
"""May hold {email} and {local}, the part of the email before the @; in any of the forms."""
Naming = Annotated[str, AfterValidator(_naming)]
"""A template, or a preset."""


def _duration(value: Any) -> timedelta:  # noqa: ANN401 - YAML holds anything
    if not isinstance(value, str):
        refuse(f"{value!r} is not a duration; write {EXAMPLES}")
    try:
        return read_duration(value)
    except DurationError as error:
        refuse(str(error))


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "examples": ["90m", "1h30m", "2 hours", "PT1H"]}),
]


def _offboarding(value: Any) -> timedelta:  # noqa: ANN401 - as above
    within: timedelta = _duration(value)
    if within < _SOONEST_OFFBOARDING:
        refuse(f"“{value}” is sooner than Slack can be asked for; write 1m, or 30s at least")
    return within


def _plugin_time(value: Any) -> timedelta:  # noqa: ANN401 - as above
    within: timedelta = _duration(value)
    if within > _LONGEST_PLUGIN:
        refuse(f"“{value}” is longer than ends should wait for a plugin; write 1m at most")
    return within


def _retention(value: Any) -> timedelta:  # noqa: ANN401 - YAML holds anything
    if not isinstance(value, str):
        refuse(f"{value!r} is not a duration; write 400d or 52 weeks")
    try:
        kept = read_duration(value, longest=_LONGEST_RETENTION)
    except DurationError as error:
        refuse(str(error))
    if kept < _SHORTEST_RETENTION:
        refuse(f"“{value}” is shorter than a day; write 400d, or leave it out to keep everything")
    return kept


Offboarding = Annotated[
    timedelta,
    BeforeValidator(_offboarding),
    WithJsonSchema({"type": "string", "examples": ["1m", "5m"]}),
]

PluginTime = Annotated[
    timedelta,
    BeforeValidator(_plugin_time),
    WithJsonSchema({"type": "string", "examples": ["20s", "1m"]}),
]

Retention = Annotated[
    timedelta,
    BeforeValidator(_retention),
    WithJsonSchema({"type": "string", "examples": ["400d", "52 weeks"]}),
]
