"""What the environment may say to Daypass: every `DAYPASS_*` name, and how each is read and judged.

Proxies are not ours alone: they have the names that every program knows.
The only module that knows the names; it reads secret files but opens no connection.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from daypass.domain.addresses import Proxies, proxy_fault
from daypass.domain.errors import SettingsError

PREFIX: Final = "DAYPASS_"
SLACK_URL: Final = "https://slack.com/api/"
DEFAULT_COMMAND: Final = "/access"
MOST_PROCESSES: Final = 64
"""Copies of one role in one container; more belong in more containers."""
_OTHERS: Final = re.compile(
    rf"{PREFIX}(?:SANDBOX_\w+|REQUIRE_REAL|VERSION"
    r"|(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?))"
)
"""Names that are no settings but may be there: of the sandbox, of test runs, of the compose file,
and those that Kubernetes adds for a Service whose name begins with `daypass`."""
_LAST_PORT: Final = 65_535
"""A port has 16 bits."""
_SENTINELS: Final = re.compile(
    r"rediss?\+sentinel://(?:[^@/?#[\]\s]*@)?"
    r"(?:[\w.-]+|\[[\da-fA-F:]+\])(?::\d{1,5})?(?:,(?:[\w.-]+|\[[\da-fA-F:]+\])(?::\d{1,5})?)*"
    r"/[\w.-]+(?:/\d*)?(?:\?[^\s#]*)?"
)
"""Hosts with their ports, then the name under which they know the master, then the database."""
_ESCAPED: Final = ", and in a password %2F for /, %23 for #, %3F for ?, %40 for @"
KEY_BYTES: Final = 32
"""SHA-256's own length: a shorter HMAC key is weaker than the hash (RFC 2104, section 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One name without its prefix; a secret may also be given as the path of a file (`…_FILE`)."""

    name: str
    meaning: str
    secret: bool = False
    default: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that set it."""
        plain = f"{PREFIX}{self.name}"
        return (plain, f"{plain}_FILE") if self.secret else (plain,)


SETTINGS: Final[Mapping[str, Setting]] = {
    one.name: one
    for one in (
        Setting(name="CONFIG", meaning="path of daypass.yaml"),
        Setting(
            name="REDIS_URL",
            meaning="redis://, rediss://, unix:// or redis+sentinel:// URL",
            secret=True,
        ),
        Setting(
            name="REDIS_UNSAFE",
            meaning="yes: start although Redis may forget what it acknowledged",
            default="no",
        ),
        Setting(name="SLACK_BOT_TOKEN", meaning="the app's bot token, xoxb-…", secret=True),
        Setting(name="SLACK_APP_TOKEN", meaning="the app-level token, xapp-…", secret=True),
        Setting(
            name="SLACK_BASE_URL",
            meaning="Slack's Web API; another address only on loopback",
            default=SLACK_URL,
        ),
        Setting(
            name="SLACK_WORKSPACE",
            meaning="the id of the workspace, T…, where the app is installed in the organisation",
        ),
        Setting(name="COMMAND", meaning="the slash command's name", default=DEFAULT_COMMAND),
        Setting(
            name="MAC_KEY",
            meaning=f"at least {KEY_BYTES} bytes as base64 or hex; `daypass key` makes one",
            secret=True,
        ),
        Setting(
            name="AUDIT_KEY",
            meaning=f"at least {KEY_BYTES} bytes as base64 or hex; `daypass key` makes one",
            secret=True,
        ),
        Setting(
            name="HEALTH",
            meaning="HOST:PORT for /metrics, /healthz and /readyz; without it there are none",
        ),
        Setting(name="PROCESSES", meaning=f"worker processes, 1 to {MOST_PROCESSES}", default="1"),
    )
}


class Reading:
    """Reads one environment; each fault is noted and a placeholder returned, until `judge`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = {name: value.strip() for name, value in environ.items()}
        self._faults: list[str] = []

    def has(self, name: str) -> bool:
        """Whether it is set at all; what is empty counts as not set."""
        return any(self._environ.get(variable) for variable in SETTINGS[name].variables)

    def path(self, name: str) -> Path:
        """A path; whether the file is there is found out by whoever opens it."""
        return Path(self._needed(name))

    def redis_url(self) -> str:
        """An address that redis-py understands, or one of Sentinels."""
        url = self._needed("REDIS_URL")
        if re.match(r"rediss?\+sentinel:", url):
            if not _SENTINELS.fullmatch(url):
                right = f"redis+sentinel://HOST:26379,HOST:26379/NAME/0{_ESCAPED}"
                self._wrong("REDIS_URL", f"is no address of Sentinels; write {right}")
        elif url and not _of_redis(url):
            right = f"redis://HOST:6379/0{_ESCAPED}"
            self._wrong("REDIS_URL", f"is no Redis address; write {right}")
        return url

    def flag(self, name: str) -> bool:
        """Yes or no."""
        said = self._given(name)
        if said not in {"yes", "no"}:
            self._wrong(name, "is neither yes nor no; leave it out for no")
        return said == "yes"

    def token(self, name: str, start: str) -> str:
        """A Slack token of the right kind, by its prefix."""
        token = self._needed(name)
        if token and not re.fullmatch(rf"{start}[\w-]+", token):
            self._wrong(name, f"is not the right kind of token; it starts with {start}")
        return token

    def slack_url(self) -> str:
        """Slack's own address, or one on loopback; always with a slash at the end."""
        url = self._given("SLACK_BASE_URL").rstrip("/") + "/"
        if url != SLACK_URL and not _on_loopback(url):
            self._wrong(
                "SLACK_BASE_URL",
                f"is not Slack's; leave it out for {SLACK_URL}, "
                "or write http://127.0.0.1:PORT/api/ for an emulator",
            )
        return url

    def workspace(self) -> str:
        """The id of a workspace, as Slack writes it; empty where none was named."""
        team = self._given("SLACK_WORKSPACE")
        if team and not re.fullmatch(r"T[A-Z0-9]{1,30}", team):
            self._wrong("SLACK_WORKSPACE", "is no id of a workspace; it looks like T0123ABCD")
        return team

    def command(self) -> str:
        """A slash command as Slack allows it (at most 32 characters)."""
        command = self._given("COMMAND")
        if not re.fullmatch(r"/[a-z0-9_-]{1,31}", command):
            self._wrong("COMMAND", f"is no slash command; write {DEFAULT_COMMAND}")
        return command

    def processes(self) -> int:
        """How many processes the worker keeps."""
        written = self._given("PROCESSES")
        if not re.fullmatch(r"[1-9]\d?", written) or int(written) > MOST_PROCESSES:
            self._wrong("PROCESSES", f"is no number from 1 to {MOST_PROCESSES}; write 1")
            return 1
        return int(written)

    def health(self) -> tuple[str, int] | None:
        """Where to serve metrics and health; None for nowhere."""
        written = self._given("HEALTH")
        if not written:
            return None
        host, _, port = written.rpartition(":")
        if not re.fullmatch(r"\d{1,5}", port) or int(port) > _LAST_PORT:
            self._wrong("HEALTH", "is no HOST:PORT; write 0.0.0.0:8080, or 127.0.0.1:8080")
            return None
        return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104 - As asked for.

    def proxies(self) -> Proxies:
        """The proxy to clusters, by the names that curl and kubectl know: capitals count first."""
        name, url = self._first("HTTPS_PROXY", "https_proxy")
        if url and "://" not in url:
            url = f"http://{url}"
        if url and (fault := proxy_fault(url)):
            self._faults.append(f"{name}: {fault}")
        without = self._first("NO_PROXY", "no_proxy")[1].split(",")
        return Proxies(url=url, without=tuple(filter(None, map(str.strip, without))))

    def _first(self, *names: str) -> tuple[str, str]:
        """Return the first of those variables that says something."""
        said = ((name, self._environ.get(name, "")) for name in names)
        return next(((name, value) for name, value in said if value), ("", ""))

    def key(self, name: str) -> bytes:
        """A key's bytes."""
        written = self._needed(name)
        key = _decoded(written)
        if written and len(key) < KEY_BYTES:
            self._wrong(name, f"is not {KEY_BYTES} bytes of base64 or hex; `daypass key` makes one")
        return key

    def judge(self) -> None:
        """Raise SettingsError if anything was missing, wrong or unknown."""
        known = {variable for one in SETTINGS.values() for variable in one.variables}
        for name in sorted(self._environ):
            if name.startswith(PREFIX) and name not in known and not _OTHERS.fullmatch(name):
                self._faults.append(f"{name}: there is no such setting; {_nearest(name, known)}")
        if self._faults:
            raise SettingsError(self._faults)

    def _needed(self, name: str) -> str:
        faults = len(self._faults)
        value = self._given(name)
        if not value and len(self._faults) == faults:
            here = " or ".join(SETTINGS[name].variables)
            self._faults.append(f"{here}: not set; needed is the {_meaning(name)}")
        return value

    def _given(self, name: str) -> str:
        plain, *file = SETTINGS[name].variables
        value = self._environ.get(plain, "")
        path = self._environ.get(file[0], "") if file else ""
        if value and path:
            self._faults.append(f"{plain} and {file[0]}: both are set; keep one of them")
        elif path:
            return self._content(file[0], path)
        return value or SETTINGS[name].default

    def _content(self, variable: str, path: str) -> str:
        try:
            content = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not text"
            self._faults.append(f"{variable}: {path} cannot be read ({why}); name a readable file")
            return ""
        if not content:
            self._faults.append(f"{variable}: {path} is empty; write the secret into it")
        return content

    def _wrong(self, name: str, fault: str) -> None:
        """Note a fault; never the value, for it may be a secret in the wrong place."""
        self._faults.append(f"{' or '.join(SETTINGS[name].variables)}: {fault}")


def _meaning(name: str) -> str:
    return SETTINGS[name].meaning.removeprefix("the ")


def _nearest(name: str, known: Iterable[str]) -> str:
    """Compare without the prefix: it would make everything alike."""
    names = [variable.removeprefix(PREFIX) for variable in known]
    near = get_close_matches(name.removeprefix(PREFIX), names, n=1, cutoff=0.6)
    return f"did you mean {PREFIX}{near[0]}?" if near else "remove it"


def _of_redis(url: str) -> bool:
    """Whether the library can read it: where it cannot, it would say why with a piece of it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not url.startswith(f"{parts.scheme}://") or "@" in parts.query:
        return False
    if parts.scheme == "unix":
        return bool(parts.path) and not parts.fragment
    path = re.fullmatch(r"(?:/\d*)?", parts.path)
    return parts.scheme in {"redis", "rediss"} and bool(host and path) and not parts.fragment


def _on_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        local = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
    return local and parts.scheme in {"http", "https"} and parts.username is None


def _decoded(written: str) -> bytes:
    """Read hex where it can be hex, else base64 (both alphabets); empty when it is neither."""
    if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", written):
        return bytes.fromhex(written)
    try:
        return base64.b64decode(written.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        return b""
