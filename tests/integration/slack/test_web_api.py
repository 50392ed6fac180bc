"""The Web API as the real WebClient calls it: answers, refusals, limits."""

import pytest
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from sandbox.slack.client import Client, RefusedError
from sandbox.slack.server import Emulator
from tests.integration.slack.payloads import CARD, FORM, JSON, TOKENS, error_of


def test_client_waits_out_the_limit_when_slack_says_retry_after(
    web: WebClient, slack: Client
) -> None:
    """429 carries Retry-After; the SDK's own handler obeys it."""
    slack.set_faults(retry_after={"chat.postMessage": [1, 7]})
    web.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    refused = error_of(lambda: web.chat_postMessage(channel="C0APPROVE", text="hi"))
    assert refused["error"] == "ratelimited"
    assert [x["status"] for x in slack.traffic()] == ["ratelimited", "ratelimited"]
    assert web.chat_postMessage(channel="C0APPROVE", text="hi")["ok"]


def test_auth_test_says_who_the_bot_is_when_the_token_is_right(web: WebClient) -> None:
    """The SDK sends JSON with an empty body, which is fine."""
    answer = web.auth_test()
    assert (answer["team_id"], answer["user_id"]) == ("T0DEMO", "U0DAYPASS")


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-wrong", "invalid_auth"), (TOKENS.app, "not_allowed_token_type"), ("", "not_authed")],
    ids=["wrong", "the app's", "none"],  # Tokens are made anew by each process.
)
def test_call_is_refused_when_the_token_is_wrong(
    emulator: Emulator, token: str, error: str
) -> None:
    """Only the bot's own token opens the Web API."""
    client = WebClient(token, base_url=emulator.api_url)
    assert error_of(client.auth_test)["error"] == error


def test_call_is_refused_when_the_manifest_lacks_the_scope(web: WebClient) -> None:
    """The manifest's scopes are the bot's rights, and the answer says which one is needed."""
    refused = error_of(web.team_info)
    assert (refused["error"], refused["needed"]) == ("missing_scope", "team:read")
    assert refused["provided"] == "chat:write,commands,usergroups:read,users:read"
    assert "email" not in web.users_info(user="U0ALICE")["user"]["profile"]


def test_post_opens_the_direct_message_when_the_channel_is_a_person(
    web: WebClient, slack: Client
) -> None:
    """chat:write alone writes to a person; the answer names the channel to edit in."""
    answer = web.chat_postMessage(channel="U0ALICE", text="hello", blocks=CARD)
    assert answer["channel"].startswith("D")
    assert web.chat_update(channel=answer["channel"], ts=answer["ts"], text="bye")["ok"]
    assert [m["text"] for m in slack.messages("alice", "app")] == ["bye"]
    assert slack.messages("bob", "app") == []


LONG = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_900}}] * 4
REFUSED_POSTS: list[tuple[JSON, str]] = [
    ({"channel": "C0GENERAL", "text": "hi"}, "not_in_channel"),
    ({"channel": "C0NOWHERE", "text": "hi"}, "channel_not_found"),
    ({"channel": "C0APPROVE"}, "no_text"),
    ({"channel": "C0APPROVE", "text": "hi", "thread_ts": "1.000001"}, "thread_not_found"),
    ({"channel": "C0APPROVE", "text": "x", "blocks": "{"}, "invalid_blocks_format"),
    ({"channel": "C0APPROVE", "text": "x", "attachments": "7"}, "invalid_attachments"),
    ({"channel": "C0APPROVE", "text": "x", "blocks": LONG}, "msg_blocks_too_long"),
]


@pytest.mark.parametrize(("arguments", "error"), REFUSED_POSTS)
def test_post_is_refused_by_slacks_name_when_it_cannot_be(
    web: WebClient, arguments: JSON, error: str
) -> None:
    """Refusals have Slack's own names."""
    assert error_of(lambda: web.api_call("chat.postMessage", json=arguments))["error"] == error


def test_post_names_the_place_when_blocks_break_a_limit(web: WebClient) -> None:
    """invalid_blocks says where and what, in post and in blocks.validate."""
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    refused = error_of(lambda: web.chat_postMessage(channel="C0APPROVE", text="x", blocks=blocks))
    words = "[ERROR] must be less than 3001 characters [json-pointer:/0/text/text]"
    assert refused["error"] == "invalid_blocks"
    assert refused["response_metadata"]["messages"] == [words]
    refused = error_of(lambda: web.blocks_validate(blocks=blocks))
    assert [e["pointer"] for e in refused["errors"]] == ["/0/text/text"]
    assert web.blocks_validate(blocks=CARD)["ok"]


def test_update_is_refused_when_it_is_not_ours_or_too_long(web: WebClient, slack: Client) -> None:
    """Only own messages are edited, up to 4,000 characters, and never ephemeral ones."""
    foreign = slack.say("bob", "#access-approvals", "mine")["ts"]
    own = web.chat_postMessage(channel="C0APPROVE", text="ours")["ts"]
    private = web.chat_postEphemeral(channel="C0APPROVE", user="U0BOB", text="psst")["message_ts"]

    def error(ts: str, text: str = "x") -> str:
        update = lambda: web.chat_update(channel="C0APPROVE", ts=ts, text=text)  # noqa: E731
        return str(error_of(update)["error"])

    assert error(foreign) == "cant_update_message"
    assert error(private) == "message_not_found"
    assert error(own, "x" * 4001) == "msg_too_long"
    assert web.chat_delete(channel="C0APPROVE", ts=own)["ok"]
    assert error(own) == "message_not_found"


def test_ephemeral_is_seen_by_one_person_when_they_are_in_the_channel(
    web: WebClient, slack: Client
) -> None:
    """An ephemeral message has one reader, who must be in the channel."""
    web.chat_postEphemeral(channel="C0APPROVE", user="U0DAN", text="for dan")
    assert len(slack.messages("dan", "#access-approvals")) == 1
    assert slack.messages("bob", "#access-approvals") == []
    post = lambda: web.chat_postEphemeral(channel="C0APPROVE", user="U0EVE", text="x")  # noqa: E731
    assert error_of(post)["error"] == "user_not_in_channel"


def test_views_open_is_refused_when_the_trigger_is_made_up(web: WebClient) -> None:
    """Without a click there is no form; a form without submit is refused first."""
    assert error_of(lambda: web.views_open(trigger_id="1.2.3", view=FORM))["error"] == (
        "invalid_trigger_id"
    )
    unsent = {name: value for name, value in FORM.items() if name != "submit"}
    refused = error_of(lambda: web.views_open(trigger_id="1.2.3", view=unsent))
    assert refused["error"] == "invalid_arguments"


def test_views_publish_is_refused_when_the_hash_is_stale(web: WebClient) -> None:
    """Two writers of one Home notice each other."""
    view = {"type": "home", "blocks": CARD}
    first = web.views_publish(user_id="U0ALICE", view=view)["view"]["hash"]
    web.views_publish(user_id="U0ALICE", view=view, hash=first)
    stale = error_of(lambda: web.views_publish(user_id="U0ALICE", view=view, hash=first))
    assert stale["error"] == "hash_conflict"


def test_people_are_found_and_changed_when_somebody_looks(web: WebClient, slack: Client) -> None:
    """Guests, deactivated accounts and user groups read as in Slack."""
    assert web.users_info(user="U0EVE")["user"]["is_restricted"]
    assert web.usergroups_users_list(usergroup="S0SRE")["users"] == ["U0BOB", "U0DAN"]
    assert "users" not in web.usergroups_list()["usergroups"][0]
    slack.change_account("dan", deleted=True)
    assert web.users_info(user="U0DAN")["user"]["deleted"]
    refused = error_of(lambda: web.usergroups_users_list(usergroup="S0NONE"))
    assert refused["error"] == "no_such_subteam"
    with pytest.raises(RefusedError, match="no_such_field"):
        slack.change_account("dan", no_such_field=1)


def test_users_list_comes_in_pages_when_a_limit_is_given(web: WebClient) -> None:
    """A cursor leads through everybody once."""
    pages = [page["members"] for page in web.users_list(limit=3)]
    names = [member["name"] for page in pages for member in page]
    assert len(names) == len(set(names)) == 7
    assert error_of(lambda: web.users_list(cursor="!"))["error"] == "invalid_cursor"


def test_call_fails_as_a_server_does_when_slack_is_down(web: WebClient, slack: Client) -> None:
    """Down means 503 until it is well again."""
    slack.set_faults(down=True)
    assert error_of(web.auth_test)["error"] == "service_unavailable"
    slack.clear_faults()
    assert web.auth_test()["ok"]


def test_permalink_leads_to_the_page_when_a_message_is_there(
    web: WebClient, emulator: Emulator
) -> None:
    """A permalink opens the emulator's own page."""
    ts = web.chat_postMessage(channel="C0APPROVE", text="x")["ts"]
    link = web.chat_getPermalink(channel="C0APPROVE", message_ts=ts)["permalink"]
    assert link == f"{emulator.url}/archives/C0APPROVE/p{ts.replace('.', '')}"


def test_traffic_never_shows_a_token_when_calls_were_made(web: WebClient, slack: Client) -> None:
    """The inspector shows what was said, without credentials."""
    web.auth_test()
    assert TOKENS.bot not in str(slack.traffic())
