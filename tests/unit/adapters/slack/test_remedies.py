"""Every refusal that Slack documents for what we call is known: who can mend it, and how."""

from collections.abc import Iterator
from typing import Final

import pytest

from bot.texts import troubled
from daypass.adapters.slack.chat import LOST
from daypass.adapters.slack.directory import NO_ACCOUNT
from daypass.adapters.slack.errors import CREDENTIALS, HALF_DONE, PASSING
from daypass.adapters.slack.limits import check_message
from daypass.adapters.slack.remedies import REMEDIES
from daypass.domain.errors import PermanentOutsideError
from tests.unit.adapters.slack.documented import EVERYWHERE, OF_METHODS
from tests.unit.adapters.slack.examples import a_scene

OURS: Final = frozenset(
    {
        "as_user_not_supported",
        "attachment_payload_limit_exceeded",
        "block_mismatch",
        "blocked_file_type",
        "cant_broadcast_message",
        "deprecated_endpoint",
        "draft_already_deleted",
        "draft_already_sent",
        "draft_has_conflict",
        "draft_not_found",
        "duplicate_channel_not_found",
        "duplicate_external_id",
        "duplicate_message_not_found",
        "file_deleted",
        "file_is_deleted",
        "file_not_found",
        "file_share_limit_reached",
        "insecure_request",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_charset",
        "invalid_cursor",
        "invalid_form_data",
        "invalid_limit",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_post_type",
        "is_bot",
        "limit_required",
        "markdown_text_conflict",
        "max_file_sharing_exceeded",
        "metadata_must_be_sent_from_app",
        "metadata_too_large",
        "method_deprecated",
        "missing_args",
        "missing_argument",
        "missing_file_data",
        "missing_post_type",
        "no_dual_broadcast_content_update",
        "no_text",
        "posting_to_channel_denied",
        "send_on_behalf_not_allowed",
        "slack_connect_blocked_file_type",
        "slack_connect_canvas_sharing_blocked",
        "slack_connect_clip_sharing_blocked",
        "slack_connect_file_link_sharing_blocked",
        "slack_connect_file_upload_sharing_blocked",
        "slack_connect_lists_sharing_blocked",
        "streaming_state_conflict",
        "team_not_found",
        "too_many_attachments",
        "too_many_contact_cards",
        "too_many_users",
        "unable_to_share_files",
        "view_too_large",
    }
)
"""Of arguments that we never send or that would be a bug of ours: nobody else can do anything."""


def documented() -> Iterator[tuple[str, str]]:
    """Yield each method with each of its errors."""
    for method, names in OF_METHODS.items():
        for code in (*names.split(), *EVERYWHERE.split()):
            yield method, code


@pytest.mark.parametrize("code", sorted({code for _, code in documented()}))
def test_every_documented_refusal_is_somebodys_to_mend(code: str) -> None:
    """People can mend it, it passes, we see to it ourselves, or it is a bug: one of these."""
    seen_to = LOST | NO_ACCOUNT | HALF_DONE | PASSING
    assert (code in REMEDIES) + (code in OURS) + (code in seen_to - set(REMEDIES)) == 1


def test_whatever_is_wrong_with_our_credentials_says_what_to_repair() -> None:
    """Nothing works meanwhile: whoever reads it can tell an administrator what to do."""
    assert set(REMEDIES) >= CREDENTIALS


@pytest.mark.parametrize("code", REMEDIES)
def test_remedy_is_a_sentence_that_people_can_read(code: str) -> None:
    """It says what to do in words, names no code, and fits where it is shown."""
    said = REMEDIES[code]
    assert said[0].isupper()
    assert said.endswith(".")
    assert "_" not in said
    told = troubled(PermanentOutsideError("x", remedy=said), "abc", a_scene())
    assert not check_message(told)
    assert said in told["text"]
