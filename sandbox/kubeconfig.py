"""Kubeconfigs: for people, one context per account and cluster; tokens are inside, so mode 0600."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sandbox.private import write_private


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who speaks to which API server; named `<user>@<cluster>` in the kubeconfig."""

    user: str
    cluster: str
    url: str
    ca_file: Path
    token: str = field(repr=False)

    @property
    def name(self) -> str:
        """What `kubectl --context` takes."""
        return f"{self.user}@{self.cluster}"


def kubeconfig(contexts: Iterable[Context]) -> dict[str, Any]:
    """The kubeconfig as a document; its first context is the current one."""
    all_of_them = tuple(contexts)
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [_cluster(c) for c in {c.cluster: c for c in all_of_them}.values()],
        "users": [{"name": c.name, "user": {"token": c.token}} for c in all_of_them],
        "contexts": [_context(c) for c in all_of_them],
        "current-context": all_of_them[0].name if all_of_them else "",
    }


def write_kubeconfig(path: Path, contexts: Iterable[Context]) -> Path:
    """Writes it with mode 0600, replacing the file in one step; returns the path."""
    text = StringIO()
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.width = 1_000_000  # A certificate stays on its line.
    yaml.dump(kubeconfig(contexts), text)
    return write_private(path, text.getvalue())


def _cluster(context: Context) -> dict[str, Any]:
    authority = base64.b64encode(context.ca_file.read_bytes()).decode()
    return {
        "name": context.cluster,
        "cluster": {"server": context.url, "certificate-authority-data": authority},
    }


def _context(context: Context) -> dict[str, Any]:
    return {
        "name": context.name,
        "context": {"cluster": context.cluster, "user": context.name, "namespace": "default"},
    }
