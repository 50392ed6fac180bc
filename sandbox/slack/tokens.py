"""The made-up credentials of the emulated app, kept in a file so that bot and workers find them."""

import json
import secrets
from pathlib import Path

from sandbox.slack.values import Tokens


def fresh_tokens() -> Tokens:
    """Random tokens in Slack's form."""
    return Tokens(
        bot=f"xoxb-emulated-{secrets.token_hex(12)}",
        app=f"xapp-1-emulated-{secrets.token_hex(12)}",
        signing_secret=secrets.token_hex(16),
    )


def kept_tokens(path: Path) -> Tokens:
    """The tokens in this file; written first, for the owner only, if it is not there."""
    if not path.exists():
        tokens = fresh_tokens()
        fields = {"bot": tokens.bot, "app": tokens.app, "signing_secret": tokens.signing_secret}
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(json.dumps(fields), encoding="utf-8")
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Tokens(bot=raw["bot"], app=raw["app"], signing_secret=raw["signing_secret"])
