"""Judges messages and views by Slack's Block Kit limits (`limits_table`).

Product, emulator and tests share it, so what passes here is what Slack takes. It must not repair
anything, and stays standard library only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from daypass.adapters.slack.limits_table import (
    BLOCKS,
    MESSAGE_BLOCKS,
    MESSAGE_TEXT,
    SHAPES,
    Chars,
    Choice,
    Flag,
    Items,
    Number,
    Record,
    Rule,
    Shape,
    Words,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One broken limit: where (JSON pointer), which constraint, what it wants, in words."""

    pointer: str
    constraint: str
    expected: object
    message: str

    def as_error(self) -> dict[str, object]:
        """The entry that Slack's `blocks.validate` has in `errors` for the same mistake."""
        return {
            "code": "failed_constraint",
            "constraint": {"type": self.constraint, "expected": self.expected},
            "message": self.message,
            "pointer": self.pointer,
        }


def check_message(payload: Mapping[str, object]) -> tuple[Breach, ...]:
    """Every limit that this message breaks; fields that are no content (channel, ts) are skipped.

    A message also needs a `text` (notifications and screen readers read nothing else).
    """
    content = {name: payload[name] for name in SHAPES["message"].optional if name in payload}
    breaches = list(_fields(SHAPES["message"], content, ""))
    if not payload.get("text"):
        breaches.append(_missing("", "text"))
    if (length := text_length(content.get("blocks"))) > MESSAGE_TEXT:
        words = f"all texts together must be less than {MESSAGE_TEXT + 1} characters, not {length}"
        breaches.append(_breach("/blocks", "max_length", MESSAGE_TEXT, message=words))
    return tuple(breaches + list(_repeated_ids(_blocks_of(content))))


def too_long(blocks: object) -> bool:
    """Whether chat.* refuses a message's blocks as a whole: `msg_blocks_too_long`."""
    return text_length(blocks) > MESSAGE_TEXT


def text_length(blocks: object) -> int:
    """Count the characters of every text in blocks, those of dialogs and menus too."""
    if isinstance(blocks, Mapping):
        own = blocks.get("text")
        inside = sum(text_length(part) for part in blocks.values())
        return inside + (len(own) if isinstance(own, str) else 0)
    if isinstance(blocks, list | tuple):
        return sum(map(text_length, blocks))
    return 0


def check_view(view: Mapping[str, object]) -> tuple[Breach, ...]:
    """Every limit that this modal or Home view breaks."""
    breaches = list(_typed(Record(kinds=("modal", "home")), view, ""))
    placed = _blocks_of(view)
    has_input = any(block.get("type") == "input" for _, block in placed)
    if view.get("type") == "modal" and has_input and "submit" not in view:
        breaches.append(_missing("", "submit"))
    return tuple(breaches + list(_repeated_ids(placed)))


def check_blocks(blocks: object) -> tuple[Breach, ...]:
    """Every limit that a message's blocks break; pointers start at the list itself."""
    rule = Items(of=Record(kinds=BLOCKS), at_most=MESSAGE_BLOCKS, at_least=0)
    listed = tuple(_judge(rule, blocks, ""))
    return listed + tuple(_repeated_ids(_placed(blocks, "")))


def _judge(rule: Rule, value: object, pointer: str) -> Iterator[Breach]:
    match rule:
        case Chars():
            yield from _sized(rule, value, pointer, kind=str)
        case Items():
            yield from _listed(rule, value, pointer)
        case Words():
            yield from _worded(rule, value, pointer)
        case Record():
            yield from _typed(rule, value, pointer)
        case _:
            yield from _scalar(rule, value, pointer)


def _scalar(rule: Choice | Number | Flag, value: object, pointer: str) -> Iterator[Breach]:
    match rule:
        case Choice() if value not in rule.of:
            yield _breach(
                pointer, "enum", list(rule.of), message=f"must be one of {', '.join(rule.of)}"
            )
        case Number() if type(value) is not int:
            yield _wrong_type(pointer, "integer")
        case Number(at_least=low, at_most=high) if not low <= _whole(value) <= high:
            yield _breach(pointer, "range", [low, high], message=f"must be from {low} to {high}")
        case Flag() if type(value) is not bool:
            yield _wrong_type(pointer, "boolean")
        case _:
            return


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _sized(
    rule: Chars | Items, value: object, pointer: str, *, kind: type[str] | type[list[object]]
) -> Iterator[Breach]:
    low, high = rule.at_least, rule.at_most
    names = ("characters", "length") if kind is str else ("items", "items")
    if not isinstance(value, kind):
        yield _wrong_type(pointer, "string" if kind is str else "array")
    elif len(value) > high:
        words = f"must be less than {high + 1} {names[0]}"
        yield _breach(pointer, f"max_{names[1]}", high, message=words)
    elif len(value) < low:
        words = f"must be more than {low - 1} {names[0]}"
        yield _breach(pointer, f"min_{names[1]}", low, message=words)


def _listed(rule: Items, value: object, pointer: str) -> Iterator[Breach]:
    yield from _sized(rule, value, pointer, kind=list)
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _judge(rule.of, item, f"{pointer}/{index}")


def _worded(rule: Words, value: object, pointer: str) -> Iterator[Breach]:
    found = tuple(_typed(Record(kinds=rule.kinds), value, pointer))
    yield from found
    if not found and isinstance(value, dict):
        size = Chars(at_most=rule.at_most)
        yield from _sized(size, value["text"], f"{pointer}/text", kind=str)


def _typed(rule: Record, value: object, pointer: str) -> Iterator[Breach]:
    if not isinstance(value, Mapping):
        yield _wrong_type(pointer, "object")
        return
    if rule.shape:
        yield from _fields(SHAPES[rule.shape], value, pointer)
    elif value.get("type") in rule.kinds:
        bare = {name: item for name, item in value.items() if name != "type"}
        yield from _fields(SHAPES[str(value["type"])], bare, pointer)
    else:
        words = f"unsupported type: {value.get('type')}"
        yield _breach(f"{pointer}/type", "enum", list(rule.kinds), message=words)


def _fields(shape: Shape, value: Mapping[str, object], pointer: str) -> Iterator[Breach]:
    known = {**shape.required, **shape.optional}
    for name, item in value.items():
        if name in known:
            yield from _judge(known[name], item, f"{pointer}/{name}")
        else:
            words = f"invalid additional property: {name}"
            yield _breach(f"{pointer}/{name}", "additional_property", sorted(known), message=words)
    yield from (_missing(pointer, name) for name in shape.required if name not in value)
    yield from _alternatives(shape, value, pointer)
    yield from _initial(value, pointer)


def _alternatives(shape: Shape, value: Mapping[str, object], pointer: str) -> Iterator[Breach]:
    if shape.any_of and not any(name in value for name in shape.any_of):
        yield _breach(
            pointer, "required", list(shape.any_of), message=f"needs {' or '.join(shape.any_of)}"
        )
    if shape.one_of and sum(name in value for name in shape.one_of) != 1:
        words = f"needs exactly one of {' and '.join(shape.one_of)}"
        yield _breach(pointer, "one_of", list(shape.one_of), message=words)


def _initial(value: Mapping[str, object], pointer: str) -> Iterator[Breach]:
    """Slack refuses an initial option that is not, field by field, one of the options."""
    offered = _offered(value)
    if offered and "initial_option" in value and value["initial_option"] not in offered:
        words = "initial_option must be one of the options"
        yield _breach(f"{pointer}/initial_option", "initial_option", None, message=words)
    chosen = value.get("initial_options")
    if offered and isinstance(chosen, list) and any(one not in offered for one in chosen):
        words = "initial_options must be among the options"
        yield _breach(f"{pointer}/initial_options", "initial_options", None, message=words)


def _offered(value: Mapping[str, object]) -> list[object]:
    groups = value.get("option_groups")
    options = value.get("options")
    offered = list(options) if isinstance(options, list) else []
    for group in groups if isinstance(groups, list) else []:
        offered += group.get("options", []) if isinstance(group, Mapping) else []
    return offered


def _placed(blocks: object, pointer: str) -> list[tuple[str, Mapping[str, object]]]:
    listed: Sequence[object] = blocks if isinstance(blocks, list) else []
    return [(f"{pointer}/{i}", b) for i, b in enumerate(listed) if isinstance(b, Mapping)]


def _blocks_of(payload: Mapping[str, object]) -> list[tuple[str, Mapping[str, object]]]:
    placed = _placed(payload.get("blocks"), "/blocks")
    for pointer, attachment in _placed(payload.get("attachments"), "/attachments"):
        placed += _placed(attachment.get("blocks"), f"{pointer}/blocks")
    return placed


def _repeated_ids(placed: Sequence[tuple[str, Mapping[str, object]]]) -> Iterator[Breach]:
    seen: set[object] = set()
    for pointer, block in placed:
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            words = f"block_id already exists: {name}"
            yield _breach(f"{pointer}/block_id", "unique", None, message=words)
        seen.add(name if isinstance(name, str) else None)
        yield from _repeated_actions(block, pointer)


def _repeated_actions(block: Mapping[str, object], pointer: str) -> Iterator[Breach]:
    seen: set[str] = set()
    for place, element in _placed(block.get("elements"), f"{pointer}/elements"):
        name = element.get("action_id")
        if isinstance(name, str) and name in seen:
            words = f"action_id already exists: {name}"
            yield _breach(f"{place}/action_id", "unique", None, message=words)
        seen.update({name} if isinstance(name, str) else set())


def _breach(pointer: str, constraint: str, expected: object, *, message: str) -> Breach:
    return Breach(pointer=pointer, constraint=constraint, expected=expected, message=message)


def _wrong_type(pointer: str, name: str) -> Breach:
    return _breach(pointer, "type", name, message=f"must be of type {name}")


def _missing(pointer: str, name: str) -> Breach:
    return _breach(pointer, "required", [name], message=f"missing required field: {name}")
