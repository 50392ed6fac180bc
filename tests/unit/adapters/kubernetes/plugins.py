"""Real plugins: scripts that print a credential."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daypass.adapters.kubernetes.plugin import GROUP

SCRIPT = """\
#!/bin/sh
echo run >> '{folder}/runs'
cat '{folder}/answer'
cat '{folder}/complaint' >&2
exit $(cat '{folder}/code')
"""


class Script:
    """A plugin that answers what the test wrote last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / "plugin"
        self.path.write_text(SCRIPT.format(folder=folder))
        self.path.chmod(0o755)
        self.answers({"token": "t-1"})

    @property
    def runs(self) -> int:
        """How often it was run."""
        runs = self._folder / "runs"
        return len(runs.read_text().splitlines()) if runs.exists() else 0

    def answers(self, status: Mapping[str, Any], version: str = "v1") -> None:
        """Let it give this."""
        self.prints(json.dumps(answer(status, version)))

    def prints(self, text: str, *, complaint: str = "", code: int = 0) -> None:
        """Let it say this, and exit so."""
        for name, content in (("answer", text), ("complaint", complaint), ("code", f"{code}")):
            (self._folder / name).write_text(content)


def answer(status: Mapping[str, Any], version: str = "v1") -> dict[str, Any]:
    """Return what a plugin prints."""
    return {"apiVersion": GROUP + version, "kind": "ExecCredential", "status": status}
