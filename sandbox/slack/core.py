"""Everything one emulator consists of, bundled, so that functions take it as one argument."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.slack.clock import Clock
from sandbox.slack.faults import Faults
from sandbox.slack.rules import TIERS, RateLimits, ResponseUrls, Triggers
from sandbox.slack.seed import Seed
from sandbox.slack.state import Workspace
from sandbox.slack.traffic import Traffic
from sandbox.slack.values import Manifest, Tokens

NO_LIMITS: Mapping[str, int] = {}
"""For measurements: no rate limit at all."""


@dataclass(slots=True, kw_only=True)
class Slack:
    """One workspace with one app in it. `url` is where it is served, without a slash at the end."""

    manifest: Manifest
    tokens: Tokens
    workspace: Workspace
    clock: Clock
    triggers: Triggers
    response_urls: ResponseUrls
    rates: RateLimits
    faults: Faults
    traffic: Traffic
    url: str = ""


def make_slack(
    seed: Seed, manifest: Manifest, tokens: Tokens, *, tiers: Mapping[str, int] = TIERS
) -> Slack:
    """A fresh workspace in which nothing has happened."""
    clock = Clock()
    workspace = Workspace(seed, manifest.bot_name)
    return Slack(
        manifest=manifest,
        tokens=tokens,
        workspace=workspace,
        clock=clock,
        triggers=Triggers(clock),
        response_urls=ResponseUrls(clock),
        rates=RateLimits(clock, tiers),
        faults=Faults(),
        traffic=Traffic(workspace.tell),
    )
