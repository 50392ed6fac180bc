"""The sandbox's own `daypass.yaml`: what it grants is fixed, its clusters' addresses are not."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from sandbox.cluster.servers import ClusterServer
from sandbox.private import write_private
from sandbox.slack.values import Tokens
from sandbox.valkey import ValkeyAddress

TEMPLATE: Final = Path(__file__).with_name("daypass.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """The files that the product's processes are started with; secrets are files of their own."""

    folder: Path
    redis: ValkeyAddress
    slack_url: str
    tokens: Tokens = field(repr=False)

    @property
    def path(self) -> Path:
        """Where `daypass.yaml` is."""
        return self.folder / "daypass.yaml"

    def environment(self, role: str, *names: str) -> dict[str, str]:
        """Return just the settings that a role takes, with its own user in Redis (law 8)."""
        files = {
            "REDIS_URL": self.redis.url_of(role),
            "SLACK_BOT_TOKEN": self.tokens.bot,
            "SLACK_APP_TOKEN": self.tokens.app,
        }
        plain = {"CONFIG": str(self.path), "SLACK_BASE_URL": self.slack_url}
        for key in (self.folder / "MAC_KEY", self.folder / "AUDIT_KEY"):
            if not key.exists():
                write_private(key, secrets.token_hex(32))
        paths = {name: self.folder / name for name in names if name not in plain}
        paths |= {"REDIS_URL": self.folder / f"REDIS_URL-{role}"} if "REDIS_URL" in paths else {}
        for name in files.keys() & paths.keys():
            write_private(paths[name], files[name])
        return {f"DAYPASS_{name}": plain[name] for name in names if name in plain} | {
            f"DAYPASS_{name}_FILE": str(path) for name, path in paths.items()
        }


def write_configuration(
    path: Path,
    servers: Iterable[ClusterServer],
    tokens: Mapping[str, Path],
    *,
    install: str = "sandbox",
) -> None:
    """Write the template with the clusters that run now; `tokens` are the workers' token files."""
    yaml = YAML()
    document = yaml.load(TEMPLATE)
    document["install"] = install
    document["clusters"] = {server.name: _cluster(server, tokens) for server in servers}
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)


def _cluster(server: ClusterServer, tokens: Mapping[str, Path]) -> dict[str, Any]:
    return {
        "server": server.url,
        "ca_file": str(server.ca_file),
        "token_file": str(tokens[server.name]),
        "labels": {"env": server.name},
        "context": f"{{local}}@{server.name}",
    }
