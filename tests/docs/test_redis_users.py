"""The users of Redis on the page are what the code says, word for word."""

from daypass.adapters.redis.acl import rules
from tests.docs.project import ROOT


def test_page_has_the_rules_of_every_role() -> None:
    """Whoever copies them gets what the tests of the whole ran with."""
    page = (ROOT / "docs" / "howto" / "keep-redis.md").read_text(encoding="utf-8")
    lines = [f"user {role} on >… {may}" for role, may in rules().items()]
    assert "\n".join(["```conf", "user default off", *lines, "```"]) in page
