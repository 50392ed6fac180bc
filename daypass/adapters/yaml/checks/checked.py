"""What a check looks at: the parts of right shape, the names that were written, and the faults."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from daypass.adapters.yaml import convert
from daypass.adapters.yaml.faults import Faults, nearest
from daypass.adapters.yaml.schema import Document, LevelModel, SelectorModel, WorkflowModel
from daypass.adapters.yaml.source import Where
from daypass.domain.catalog import Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`data` is the file as written; `lost` are the sections with a part of wrong shape."""

    document: Document
    data: dict[str, Any]
    lost: frozenset[str]
    faults: Faults

    def names(self, section: str) -> frozenset[str]:
        """Return every name that a section writes, be its content right or wrong."""
        written = self.data.get(section)
        return frozenset(written) if isinstance(written, dict) else frozenset()

    def levels(self) -> Iterator[tuple[Where, LevelModel]]:
        """Return each meaning of each level of right shape with its place."""
        for name, meanings in self.document.levels.items():
            where: Where = ("levels", name)
            listed = isinstance(self.data["levels"][name], list)
            for number, one in enumerate(meanings):
                yield (*where, number) if listed else where, one

    def workflows(self) -> Iterator[tuple[Where, WorkflowModel]]:
        """Return each workflow of right shape with its place (two of one name: the first)."""
        written = self.data.get("workflows")
        names = (
            [entry.get("name") for entry in written if isinstance(entry, dict)] if written else []
        )
        for one in self.document.workflows:
            yield ("workflows", names.index(one.name)), one

    def selector(self, where: Where, written: SelectorModel) -> None:
        """Note unknown names in a selector, and one that selects nothing."""
        for number, name in enumerate(written.names):
            if is_plain(name) and name not in self.names("clusters"):
                near = nearest(name, self.names("clusters"))
                self.faults.add((*where, number), f"there is no cluster “{name}”; {near}")
        clusters = [convert.cluster(*item) for item in self.document.clusters.items()]
        selector = convert.selector(written)
        known = all(map(is_plain, written.names)) and written.names
        if not (known or "clusters" in self.lost or any(map(selector.selects, clusters))):
            described = "; ".join(map(_described, clusters)) or "none"
            self.faults.add(where, f"selects no cluster; the clusters are {described}")


def is_plain(name: str) -> bool:
    """Whether a name is no glob."""
    return not set(name) & set("*?[")


def _described(cluster: Cluster) -> str:
    labels = ", ".join(f"{key}: {value}" for key, value in cluster.labels.items())
    return f"{cluster.name} ({labels})" if labels else cluster.name
