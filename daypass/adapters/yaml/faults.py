"""Faults of a configuration: collected all at once, each with its line and what would be right."""

from collections.abc import Iterable
from difflib import get_close_matches

from daypass.adapters.yaml.source import Source, Where


class Faults:
    """Collects faults; `listed` gives them in the order of the file."""

    def __init__(self, name: str, source: Source) -> None:
        self._name, self._source = name, source
        self._found: dict[tuple[int, Where, str], None] = dict.fromkeys(source.faults)

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, where: Where, fault: str) -> None:
        """Note a fault, worded `what is wrong; what would be right`."""
        place = self._source.known(where)
        if place not in self._source.unusable:
            self._found[self._source.line(where), place, fault] = None

    def listed(self) -> tuple[str, ...]:
        """Write each as `daypass.yaml:LINE: where: what is wrong; what would be right`."""
        rows = sorted(self._found, key=lambda row: row[0])
        return tuple(
            f"{self._name}:{line}: {self._written(where)}{': ' if where else ''}{fault}"
            for line, where, fault in rows
        )

    def note(self, where: Where, text: str) -> str:
        """Write something about a place that is no fault in the same form."""
        return f"{self._name}:{self._source.line(where)}: {self._written(where)}: {text}"

    def _written(self, where: Where) -> str:
        """Read as a path with workflows by their names: `workflows.production.approve[0]`."""
        text = ""
        for depth, step in enumerate(where):
            label = self._workflow(step) if where[0] == "workflows" and depth == 1 else step
            text += f"[{label}]" if isinstance(label, int) else f".{label}"
        return text.removeprefix(".")

    def _workflow(self, index: str | int) -> str | int:
        workflow = self._source.data["workflows"][index] if isinstance(index, int) else None
        name = workflow.get("name") if isinstance(workflow, dict) else None
        return name if isinstance(name, str) and name else index


def nearest(name: str, names: Iterable[str]) -> str:
    """Offer the nearest of `names`, or all of them: the second half of a fault."""
    known = sorted(names)
    if near := get_close_matches(name, known, n=1, cutoff=0.6):
        return f"did you mean {near[0]}?"
    return f"write one of {', '.join(known)}" if known else "there are none"
