"""Files that only their owner may read: tokens and what holds them."""

import os
from pathlib import Path


def write_private(path: Path, text: str) -> Path:
    """Writes the file with mode 0600 from its first byte on, replacing it in one step."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)  # A file that is there would keep its mode.
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    return new.replace(path)
