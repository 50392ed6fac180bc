"""Names that views and listeners share. A button's value is an id, or a key, and nothing else."""

from typing import Final

from daypass.domain.ids import RequestId

APPROVE: Final = "approve"
"""Button; value: request id."""
APPROVE_SHORTER: Final = "approve_shorter"
"""Select; the chosen option's value is a duration, the block_id names the request. Of both the
block_id names the edition of it."""
DENY: Final = "deny"
"""Button; value: request id. Opens the modal DENY_VIEW."""
CANCEL: Final = "cancel"
"""Button; value: request id. The requester's."""
REVOKE: Final = "revoke"
"""Button; value: lease id. An approver's or administrator's."""
RELEASE: Final = "release"
"""Button; value: lease id. The holder's."""
EXTEND: Final = "extend"
"""Button; value: lease id. The holder's: as much more as is usual."""

RULES: Final = "rules"
"""Button; value: a cluster and a role's key on it, set apart by a blank. Anybody's who sees it."""

DETAILS: Final = "details"
"""Button; value: request id, or a cluster and a level set apart by a blank. Anybody's who may see
the request, or ask for the level."""

DENY_VIEW: Final = "deny_view"
"""Modal; its private_metadata is the request id."""
DENY_REASON_BLOCK: Final = "deny_reason"
DENY_REASON: Final = "reason"
REVOKE_ALL_VIEW: Final = "panic_view"
"""Modal; its private_metadata names what is in reach: nothing, `cluster:NAME` or `person:ID`."""
REVOKE_ALL_PHRASE_BLOCK: Final = "panic_phrase"
REVOKE_ALL_REASON_BLOCK: Final = "panic_reason"
REVOKE_ALL_FREEZE_BLOCK: Final = "panic_freeze"
REVOKE_ALL_INPUT: Final = "input"
"""The one element of each of those blocks."""
PHRASE: Final = "revoke all"
"""What has to be typed there."""

_DECIDE: Final = "decide:"


def decide_block(request: RequestId, edition: str = "") -> str:
    """Name the row of elements that decides on that edition of `request`.

    So a click says what stood there: on a copy that nobody edits, or in a dialog opened before.
    """
    return f"{_DECIDE}{request}:{edition}" if edition else f"{_DECIDE}{request}"


def decided_request(block_id: str) -> str:
    """Return the request that a row of elements decides on; empty when it is no such row."""
    return _decided(block_id)[0]


def decided_edition(block_id: str) -> str:
    """Return which edition of it that row was for; empty for the first."""
    return _decided(block_id)[1]


def _decided(block_id: str) -> tuple[str, str]:
    said = block_id.removeprefix(_DECIDE) if block_id.startswith(_DECIDE) else ""
    request, _, edition = said.partition(":")
    return request, edition
