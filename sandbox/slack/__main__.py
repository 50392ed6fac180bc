"""`python -m sandbox.slack`: serve the emulator until it is interrupted."""

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from sandbox.slack.core import NO_LIMITS
from sandbox.slack.manifest import DEFAULT, read_manifest
from sandbox.slack.rules import TIERS
from sandbox.slack.seed import BadSeedError, read_seed
from sandbox.slack.server import Config, running
from sandbox.slack.tokens import fresh_tokens, kept_tokens


def main() -> int:
    """The exit code: 0 after an interrupt, 1 for a bad seed, manifest or port."""
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(_serve(_config(_arguments())))
        except (OSError, BadSeedError, KeyError, ValueError) as error:
            sys.stderr.write(f"slack emulator: {error}\n")
            return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one")
    parser.add_argument("--seed", type=Path, help="JSON of the workspace (built-in otherwise)")
    parser.add_argument("--tokens", type=Path, help="JSON of the app's tokens, made if absent")
    parser.add_argument("--manifest", type=Path, default=DEFAULT, help="the app's manifest")
    parser.add_argument("--request-url", help="deliver there by signed HTTP, not by Socket Mode")
    parser.add_argument("--no-rate-limits", action="store_true", help="for measurements")
    return parser.parse_args()


def _config(arguments: argparse.Namespace) -> Config:
    return Config(
        seed=read_seed(arguments.seed),
        manifest=read_manifest(arguments.manifest),
        tokens=kept_tokens(arguments.tokens) if arguments.tokens else fresh_tokens(),
        port=arguments.port,
        request_url=arguments.request_url,
        tiers=NO_LIMITS if arguments.no_rate_limits else TIERS,
    )


async def _serve(config: Config) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(config) as slack:
        sys.stdout.write(f"{slack.url}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
