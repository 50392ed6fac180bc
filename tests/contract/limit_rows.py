"""The limits that our validator and `slackblocks` must judge alike: both payloads of size n."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import slackblocks as sb

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One limit: its number, our payload of size n, and the library's object of size n."""

    limit: int
    ours: Callable[[int], JSON]
    theirs: Callable[[int], object]
    least: int = 0


def text(size: int) -> JSON:
    return {"type": "plain_text", "text": "x" * size}


def words(size: int) -> sb.Text:
    return sb.Text("x" * size, sb.TextType.PLAINTEXT)


def options(size: int) -> list[JSON]:
    return [{"text": text(1), "value": str(n)} for n in range(size)]


def choices(size: int) -> list[sb.Option]:
    return [sb.Option(words(1), str(n)) for n in range(size)]


def acting(element: JSON) -> JSON:
    return {"type": "actions", "elements": [element]}


def button(**more: Any) -> JSON:
    return acting({"type": "button", "text": text(1), **more})


def select(**more: Any) -> JSON:
    return acting({"type": "static_select", "options": options(1), **more})


def confirm(**more: Any) -> JSON:
    whole = {"title": text(1), "text": text(1), "confirm": text(1), "deny": text(1), **more}
    return button(confirm=whole)


def confirmed(**more: Any) -> object:
    whole = {"title": words(1), "text": words(1), "confirm": words(1), "deny": words(1), **more}
    return sb.Button(words(1), confirm=sb.ConfirmationDialogue(**whole))


def asking(**more: Any) -> JSON:
    return {"type": "input", "label": text(1), "element": {"type": "plain_text_input"}, **more}


def asked(**more: Any) -> object:
    return sb.InputBlock(**{"label": words(1), "element": sb.PlainTextInput(), **more})


def image(**more: Any) -> JSON:
    return {"type": "image", "image_url": "https://x.example", "alt_text": "x", **more}


def pictured(**more: Any) -> object:
    return sb.ImageBlock(**{"image_url": "https://x.example", "alt_text": "x", **more})


DIVIDER = {"type": "divider"}

BLOCKS = {
    "section.text": Row(
        limit=3000, least=1,
        ours=lambda n: {"type": "section", "text": text(n)},
        theirs=lambda n: sb.SectionBlock(words(n)),
    ),
    "section.fields": Row(
        limit=10, least=1,
        ours=lambda n: {"type": "section", "fields": [text(1)] * n},
        theirs=lambda n: sb.SectionBlock(fields=[words(1)] * n),
    ),
    "section.fields.item": Row(
        limit=2000, least=1,
        ours=lambda n: {"type": "section", "fields": [text(n)]},
        theirs=lambda n: sb.SectionBlock(fields=[words(n)]),
    ),
    "block_id": Row(
        limit=255,
        ours=lambda n: {"type": "divider", "block_id": "x" * n},
        theirs=lambda n: sb.DividerBlock("x" * n),
    ),
    "header.text": Row(
        limit=150, least=1,
        ours=lambda n: {"type": "header", "text": text(n)},
        theirs=lambda n: sb.HeaderBlock(words(n)),
    ),
    "context.elements": Row(
        limit=10,
        ours=lambda n: {"type": "context", "elements": [text(1)] * n},
        theirs=lambda n: sb.ContextBlock([words(1)] * n),
    ),
    "actions.elements": Row(
        limit=25,
        ours=lambda n: {"type": "actions", "elements": [button()["elements"][0]] * n},
        theirs=lambda n: sb.ActionsBlock([sb.Button(words(1))] * n),
    ),
    "button.text": Row(
        limit=75, least=1,
        ours=lambda n: button(text=text(n)), theirs=lambda n: sb.Button(words(n)),
    ),
    "button.value": Row(
        limit=2000, ours=lambda n: button(value="x" * n),
        theirs=lambda n: sb.Button(words(1), value="x" * n),
    ),
    "button.url": Row(
        limit=3000, ours=lambda n: button(url="x" * n),
        theirs=lambda n: sb.Button(words(1), url="x" * n),
    ),
    "button.accessibility_label": Row(
        limit=75, ours=lambda n: button(accessibility_label="x" * n),
        theirs=lambda n: sb.Button(words(1), accessibility_label="x" * n),
    ),
    "action_id": Row(
        limit=255, ours=lambda n: button(action_id="x" * n),
        theirs=lambda n: sb.Button(words(1), action_id="x" * n),
    ),
    "option.text": Row(
        limit=75, least=1,
        ours=lambda n: select(options=[{"text": text(n), "value": "x"}]),
        theirs=lambda n: sb.Option(words(n), "x"),
    ),
    "option.value": Row(
        limit=150, ours=lambda n: select(options=[{"text": text(1), "value": "x" * n}]),
        theirs=lambda n: sb.Option(words(1), "x" * n),
    ),
    "option.description": Row(
        limit=75, least=1,
        ours=lambda n: select(options=[{"text": text(1), "value": "x", "description": text(n)}]),
        theirs=lambda n: sb.Option(words(1), "x", description=words(n)),
    ),
    "static_select.options": Row(
        limit=100, least=1, ours=lambda n: select(options=options(n)),
        theirs=lambda n: sb.StaticSelectMenu("a", options=choices(n)),
    ),
    "select.placeholder": Row(
        limit=150, least=1, ours=lambda n: select(placeholder=text(n)),
        theirs=lambda n: sb.StaticSelectMenu("a", options=choices(1), placeholder=words(n)),
    ),
    "multi_static_select.options": Row(
        limit=100, least=1,
        ours=lambda n: acting({"type": "multi_static_select", "options": options(n)}),
        theirs=lambda n: sb.StaticMultiSelectMenu("a", choices(n)),
    ),
    "option_group.label": Row(
        limit=75, least=1,
        ours=lambda n: acting(
            {
                "type": "static_select",
                "option_groups": [{"label": text(n), "options": options(1)}],
            }
        ),
        theirs=lambda n: sb.OptionGroup(words(n), choices(1)),
    ),
    "overflow.options": Row(
        limit=5, least=1,
        ours=lambda n: acting({"type": "overflow", "options": options(n)}),
        theirs=lambda n: sb.OverflowMenu("a", choices(n)),
    ),
    "radio_buttons.options": Row(
        limit=10, least=1,
        ours=lambda n: acting({"type": "radio_buttons", "options": options(n)}),
        theirs=lambda n: sb.RadioButtonGroup("a", choices(n)),
    ),
    "checkboxes.options": Row(
        limit=10, least=1,
        ours=lambda n: acting({"type": "checkboxes", "options": options(n)}),
        theirs=lambda n: sb.CheckboxGroup("a", choices(n)),
    ),
    "confirm.title": Row(
        limit=100, least=1, ours=lambda n: confirm(title=text(n)),
        theirs=lambda n: confirmed(title=words(n)),
    ),
    "confirm.text": Row(
        limit=300, least=1, ours=lambda n: confirm(text=text(n)),
        theirs=lambda n: confirmed(text=words(n)),
    ),
    "confirm.confirm": Row(
        limit=30, least=1, ours=lambda n: confirm(confirm=text(n)),
        theirs=lambda n: confirmed(confirm=words(n)),
    ),
    "confirm.deny": Row(
        limit=30, least=1, ours=lambda n: confirm(deny=text(n)),
        theirs=lambda n: confirmed(deny=words(n)),
    ),
    "input.label": Row(
        limit=2000, least=1, ours=lambda n: asking(label=text(n)),
        theirs=lambda n: asked(label=words(n)),
    ),
    "input.hint": Row(
        limit=2000, least=1, ours=lambda n: asking(hint=text(n)),
        theirs=lambda n: asked(hint=words(n)),
    ),
    "plain_text_input.max_length": Row(
        limit=3000, least=1,
        ours=lambda n: asking(element={"type": "plain_text_input", "max_length": n}),
        theirs=lambda n: sb.PlainTextInput("a", max_length=n),
    ),
    "plain_text_input.min_length": Row(
        limit=3000, ours=lambda n: asking(element={"type": "plain_text_input", "min_length": n}),
        theirs=lambda n: sb.PlainTextInput("a", min_length=n),
    ),
    "plain_text_input.placeholder": Row(
        limit=150, least=1,
        ours=lambda n: asking(element={"type": "plain_text_input", "placeholder": text(n)}),
        theirs=lambda n: sb.PlainTextInput("a", placeholder=words(n)),
    ),
    "image.alt_text": Row(
        limit=2000, ours=lambda n: image(alt_text="x" * n),
        theirs=lambda n: pictured(alt_text="x" * n),
    ),
    "image.image_url": Row(
        limit=3000, ours=lambda n: image(image_url="x" * n),
        theirs=lambda n: pictured(image_url="x" * n),
    ),
    "image.title": Row(
        limit=2000, least=1, ours=lambda n: image(title=text(n)),
        theirs=lambda n: pictured(title=words(n)),
    ),
}  # fmt: skip


def modal(**more: Any) -> JSON:
    return {"type": "modal", "title": text(1), "blocks": [DIVIDER], **more}


def modelled(**more: Any) -> object:
    return sb.ModalView(**{"title": words(1), "blocks": [sb.DividerBlock()], **more})


VIEWS = {
    "modal.title": Row(
        limit=24, least=1, ours=lambda n: modal(title=text(n)),
        theirs=lambda n: modelled(title=words(n)),
    ),
    "modal.submit": Row(
        limit=24, least=1, ours=lambda n: modal(submit=text(n)),
        theirs=lambda n: modelled(submit=words(n)),
    ),
    "modal.close": Row(
        limit=24, least=1, ours=lambda n: modal(close=text(n)),
        theirs=lambda n: modelled(close=words(n)),
    ),
    "modal.private_metadata": Row(
        limit=3000, ours=lambda n: modal(private_metadata="x" * n),
        theirs=lambda n: modelled(private_metadata="x" * n),
    ),
    "modal.callback_id": Row(
        limit=255, ours=lambda n: modal(callback_id="x" * n),
        theirs=lambda n: modelled(callback_id="x" * n),
    ),
    "modal.external_id": Row(
        limit=255, ours=lambda n: modal(external_id="x" * n),
        theirs=lambda n: modelled(external_id="x" * n),
    ),
    "modal.blocks": Row(
        limit=100, ours=lambda n: modal(blocks=[DIVIDER] * n),
        theirs=lambda n: modelled(blocks=[sb.DividerBlock() for _ in range(n)]),
    ),
    "home.blocks": Row(
        limit=100, ours=lambda n: {"type": "home", "blocks": [DIVIDER] * n},
        theirs=lambda n: sb.HomeTabView([sb.DividerBlock() for _ in range(n)]),
    ),
}  # fmt: skip
