"""The Lua that runs inside Redis, one file per script, each a single atomic step."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Final

from redis import Redis

_FOLDER: Final = files("daypass.adapters.redis") / "lua"


class Script:
    """A script by its name; loaded again by itself when Redis has forgotten it."""

    def __init__(self, client: Redis, name: str) -> None:
        text = (_FOLDER / f"{name}.lua").read_text(encoding="utf-8")
        self._run = client.register_script(text)

    def __call__(self, keys: Sequence[str], *words: str | bytes | float) -> Any:  # noqa: ANN401 - Lua.
        """Run it; returns what it says, strings as bytes. Raises the library's errors."""
        return self._run(keys=keys, args=words)
