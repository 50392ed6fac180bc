"""The text as plain data that remembers the line of everything; knows nothing of Daypass."""

from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

Where = tuple[str | int, ...]
"""A place in the document: keys and indexes from the top."""
_TYPES: Final = frozenset(f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "null"))
_TEXTS: Final = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "timestamp"))
_COLLECTIONS: Final = frozenset(f"tag:yaml.org,2002:{name}" for name in ("map", "seq"))


@dataclass(slots=True)
class Source:
    """`data` with the lines (from 1) of its places; `faults` are (line, place, fault).

    `unusable` are the places whose value is a fault already and was left out.
    """

    data: Any = None
    lines: dict[Where, int] = field(default_factory=lambda: {(): 1})
    faults: list[tuple[int, Where, str]] = field(default_factory=list)
    unusable: set[Where] = field(default_factory=set)

    def line(self, where: Where) -> int:
        """Return the line of a place, or of the nearest one above it that is in the text."""
        return self.lines[self.known(where)]

    def known(self, where: Where) -> Where:
        """Return the longest part of a place that is in the text."""
        while where not in self.lines:
            where = where[:-1]
        return where


def parse(text: str) -> Source:
    """Parse one document; what YAML itself finds wrong is among the faults."""
    yaml, source = YAML(typ="safe", pure=True), Source()
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        source.faults.append(_syntax_fault(error, text))
    except YAMLError:
        source.faults.append((1, (), "holds characters that YAML does not allow; write UTF-8 text"))
    else:
        if root is None:
            source.faults.append((1, (), "is empty; begin with `version: 1`"))
        else:
            source.data = _Walk(yaml, source).value(root, ())
    return source


def _syntax_fault(error: MarkedYAMLError, text: str) -> tuple[int, Where, str]:
    at_end = "end of stream" in (error.problem or "")  # Then what is unfinished began before.
    mark = (at_end and error.context_mark) or error.problem_mark
    line = mark.line + 1 if mark else 1
    written = text.splitlines()[line - 1 : line]
    if written and "\t" in written[0][: len(written[0]) - len(written[0].lstrip())]:
        return line, (), "is indented with a tab; use spaces"
    if "another document" in (error.problem or ""):
        return line, (), "starts a second document; keep one"
    return line, (), f"is not YAML: {error.problem}; mind indentation, brackets and quotes"


class _Walk:
    """Turns nodes into plain data, and notes lines and what YAML allows but we do not."""

    def __init__(self, yaml: YAML, source: Source) -> None:
        self._constructor, self._source = yaml.constructor, source
        self._seen: set[int] = set()

    def value(self, node: Node, where: Where) -> Any:  # noqa: ANN401 - YAML holds anything
        """Return the data of a node."""
        self._source.lines.setdefault(where, node.start_mark.line + 1)
        if node.tag not in _TYPES | _TEXTS | _COLLECTIONS:
            return self._unusable(node, where, f"has the tag {node.tag}; remove it")
        if isinstance(node, ScalarNode):
            return self._scalar(node, where)
        if id(node) in self._seen:  # Aliases could make a small file endlessly large.
            return self._unusable(node, where, "is repeated through an alias (*…); write it out")
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, where)
        return self._list(node, where)

    def _scalar(self, node: ScalarNode, where: Where) -> Any:  # noqa: ANN401 - as above
        if node.tag in _TEXTS:
            return str(node.value)
        try:
            return self._constructor.construct_object(node)
        except ValueError:
            return self._unusable(
                node, where, f"“{node.value}” is not what its tag says; remove it"
            )

    def _list(self, node: Node, where: Where) -> list[Any]:
        return [self.value(one, (*where, index)) for index, one in enumerate(node.value)]

    def _mapping(self, node: MappingNode, where: Where) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or key.tag not in _TEXTS:
                self._fault(key, where, "has a key that is not text; put it in quotes")
                continue
            name, line = str(key.value), key.start_mark.line + 1
            if name in found:
                first = self._source.lines[*where, name]
                fault = f"is there twice, first on line {first}; keep one"
                self._source.faults.append((line, (*where, name), fault))
                continue
            self._source.lines[*where, name] = line
            found[name] = self.value(value, (*where, name))
        return found

    def _unusable(self, node: Node, where: Where, fault: str) -> None:
        self._source.unusable.add(where)
        self._fault(node, where, fault)

    def _fault(self, node: Node, where: Where, fault: str) -> None:
        self._source.faults.append((node.start_mark.line + 1, where, fault))
