"""Messages and views as readable text for a terminal; also used by snapshot tests. Pure."""

import re
from datetime import UTC, datetime, tzinfo

from sandbox.slack.emoji import EMOJI
from sandbox.slack.state import Workspace
from sandbox.slack.values import JSON, Message, View

_MARK = re.compile(r"<([^<>]+)>")
_SHORTCODE = re.compile(r":([a-z0-9_+-]+):")
_DATE = re.compile(r"!date\^(\d+)\^([^|^]*)(?:\^[^|]*)?\|(.*)", re.DOTALL)
_FORMATS = {
    "{date_num}": "%Y-%m-%d", "{date}": "%B %-d, %Y", "{date_short}": "%b %-d, %Y",
    "{date_long}": "%A, %B %-d, %Y", "{date_pretty}": "%B %-d, %Y",
    "{date_short_pretty}": "%b %-d, %Y", "{date_long_pretty}": "%A, %B %-d, %Y",
    "{time}": "%H:%M", "{time_secs}": "%H:%M:%S", "{ago}": "%Y-%m-%d %H:%M",
}  # fmt: skip


def mrkdwn_text(text: str, workspace: Workspace, zone: tzinfo = UTC) -> str:
    """The text with its marks resolved to names, dates in `zone` and emoji as characters."""
    marked = _MARK.sub(lambda m: _mark(m.group(1), workspace, zone), text)
    shown = _SHORTCODE.sub(lambda m: EMOJI.get(m.group(1), m.group()), marked)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def message_text(message: Message, workspace: Workspace, zone: tzinfo = UTC) -> str:
    """One message: who, marks, then its blocks, or its text if it has none."""
    when = datetime.fromtimestamp(float(message.ts), zone).strftime("%H:%M:%S")
    marks = ["only visible to you"] if message.only_for else []
    marks += ["edited"] if message.edited_ts else []
    head = f"{workspace.accounts[message.user].name} {when}"
    head += f" ({', '.join(marks)})" if marks else ""
    lines = body_lines(message, workspace, zone)
    return "\n".join([head, *(f"  {line}" for line in lines)])


def body_lines(message: Message, workspace: Workspace, zone: tzinfo = UTC) -> list[str]:
    """What a message says, without who and when."""
    lines = blocks_lines(message.blocks, workspace, zone)
    if not message.blocks and message.text:
        lines = mrkdwn_text(message.text, workspace, zone).split("\n")
    for attachment in message.attachments:
        inside = blocks_lines(tuple(attachment.get("blocks", ())), workspace, zone)
        text = attachment.get("text") or attachment.get("fallback") or ""
        plain = [] if inside or not text else mrkdwn_text(text, workspace, zone).split("\n")
        lines += [f"| {line}" for line in (*inside, *plain)]
    return lines


def channel_text(messages: list[Message], workspace: Workspace, zone: tzinfo = UTC) -> str:
    """A channel: top-level messages, each followed by its thread."""
    lines: list[str] = []
    known = {m.ts for m in messages}
    for message in messages:
        if message.thread_ts in (None, message.ts) or message.thread_ts not in known:
            lines.append(message_text(message, workspace, zone))
            replies = [m for m in messages if m.thread_ts == message.ts and m.ts != message.ts]
            for reply in replies:
                text = message_text(reply, workspace, zone)
                lines += [f"    ↳ {text}".replace("\n", "\n      ")]
    return "\n".join(lines)


def view_text(view: View, workspace: Workspace, zone: tzinfo = UTC) -> str:
    """A modal or Home: title, blocks, submit and close."""
    payload = view.payload
    title = payload.get("title", {}).get("text", "Home")
    ends = [f"[{payload[n]['text']}]" for n in ("submit", "close") if payload.get(n)]
    lines = blocks_lines(tuple(payload["blocks"]), workspace, zone)
    return "\n".join([f"=== {title} ===", *lines, *([" ".join(ends)] if ends else [])])


def blocks_lines(blocks: tuple[JSON, ...], workspace: Workspace, zone: tzinfo = UTC) -> list[str]:
    """Blocks as lines; every button and menu shows its action id."""
    return [line for block in blocks for line in _Lines(workspace, zone).block(block)]


class _Lines:
    """How each kind of block and element reads."""

    def __init__(self, workspace: Workspace, zone: tzinfo) -> None:
        self._workspace = workspace
        self._zone = zone

    def block(self, block: JSON) -> list[str]:
        """The lines of one block."""
        match block["type"]:
            case "section":
                return self._section(block)
            case "input":
                return self._input(block)
            case _:
                return [self._line(block)]

    def _line(self, block: JSON) -> str:
        inside = " ".join(self._element(e) for e in block.get("elements", ()))
        match block["type"]:
            case "header":
                return f"# {self._words(block['text'])}"
            case "divider":
                return "-" * 20
            case "image":
                return self._element(block)
            case kind:
                return f"· {inside}" if kind == "context" else inside

    def _section(self, block: JSON) -> list[str]:
        lines = self._words(block["text"]).split("\n") if "text" in block else []
        lines += [self._words(f).replace("\n", ": ") for f in block.get("fields", [])]
        return [*lines, *([self._element(block["accessory"])] if "accessory" in block else [])]

    def _input(self, block: JSON) -> list[str]:
        optional = " (optional)" if block.get("optional") else ""
        shown = self._element(block["element"])
        hint = [f"  {block['hint']['text']}"] if "hint" in block else []
        return [f"{block['label']['text']}{optional}: {shown} {{{block['block_id']}}}", *hint]

    def _element(self, element: JSON) -> str:
        match element["type"]:
            case "mrkdwn" | "plain_text":
                return self._words(element)
            case "image":
                return f"[image: {element.get('alt_text', '')}]"
            case "button":
                return f"[{element['text']['text']}]({element.get('action_id', '')})"
            case "plain_text_input":
                return f"[{element.get('initial_value', '')}____]"
            case _:
                return f"<{self._choices(element)}>({element.get('action_id', '')})"

    def _choices(self, element: JSON) -> str:
        groups = [o for g in element.get("option_groups", []) for o in g["options"]]
        texts = [o["text"]["text"] for o in (*element.get("options", []), *groups)]
        chosen = element.get("initial_option", {}).get("text", {}).get("text", "")
        return " | ".join(f"*{t}" if t == chosen else t for t in texts) or element["type"]

    def _words(self, text: JSON) -> str:
        if text["type"] == "mrkdwn":
            return mrkdwn_text(text["text"], self._workspace, self._zone)
        return _SHORTCODE.sub(lambda m: EMOJI.get(m.group(1), m.group()), text["text"])


def _mark(mark: str, workspace: Workspace, zone: tzinfo) -> str:
    target, _, label = mark.partition("|")
    if date := _DATE.fullmatch(mark):
        return _date(int(date.group(1)), date.group(2), zone)
    if target.startswith("@"):
        account = workspace.accounts.get(target[1:])
        return f"@{account.name if account else target[1:]}"
    if target.startswith("#"):
        channel = workspace.channels.get(target[1:])
        return f"#{channel.name if channel else label or target[1:]}"
    if target.startswith("!subteam^"):
        group = workspace.usergroups.get(target.removeprefix("!subteam^"))
        return f"@{group.handle if group else label.removeprefix('@') or target}"
    if target.startswith("!"):
        return f"@{target[1:]}"
    return f"{label} ({target})" if label else target


def _date(seconds: int, pattern: str, zone: tzinfo) -> str:
    moment = datetime.fromtimestamp(seconds, zone)
    return re.sub(
        r"\{\w+\}", lambda m: moment.strftime(_FORMATS.get(m.group(), m.group())), pattern
    )
