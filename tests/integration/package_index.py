"""A package index on loopback that has everything a lock names, and a newer release of each.

It offers wheels without code: their names, versions and requirements are those of the lock.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from threading import Thread

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version


def locked(lock: Path) -> list[Requirement]:
    """What a lock names: one version each, and a marker where not every Python needs it."""
    lines = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    entries = [line for line in lines if line and not line.lstrip().startswith("#")]
    return [Requirement(entry.partition("--hash")[0]) for entry in entries]


def offer(lock: Path, folder: Path) -> Path:
    """Fills the index's folder; the answer is the same lock with the hashes of what is there."""
    lines = []
    for entry in locked(lock):
        version = Version(str(entry.specifier).removeprefix("=="))
        digest = _publish(folder, entry.name, version)
        _publish(folder, entry.name, newer(version))
        lines.append(f"{entry} --hash=sha256:{digest}\n")
    ours = folder.parent / lock.name
    ours.write_text("".join(lines), encoding="utf-8")
    return ours


def newer(version: Version) -> Version:
    """The release that comes next: requirements that took the old one most likely take it too."""
    *first, last = version.release
    return Version(".".join(map(str, [*first, last + 1])))


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The folder as an index; the address is what pip wants to know."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - The base's name.
        """Says nothing."""


def _publish(folder: Path, name: str, version: Version) -> str:
    """Adds one release; the answer is its digest."""
    stem = f"{canonicalize_name(name).replace('-', '_')}-{version}"
    wheel = _wheel(stem, _described(name, version))
    place = folder / canonicalize_name(name)
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{stem}-py3-none-any.whl").write_bytes(wheel)
    return hashlib.sha256(wheel).hexdigest()


def _described(name: str, version: Version) -> str:
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    with suppress(PackageNotFoundError):  # Some are for other machines than this one.
        known = metadata(name)
        for key in ("Provides-Extra", "Requires-Dist"):
            lines += [f"{key}: {value}" for value in known.get_all(key) or ()]
    return "\n".join([*lines, ""])


def _wheel(stem: str, described: str) -> bytes:
    """The same bytes each time, so that the digest stays."""
    files = {
        "METADATA": described,
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    names = [f"{stem}.dist-info/{name}" for name in (*files, "RECORD")]
    record = "".join(f"{name},,\n" for name in names)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in zip(names, (*files.values(), record), strict=True):
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()
