"""A certificate authority for tests, made by the machine's own openssl: no key is ever kept."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.conftest import require_real

_KEY: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_DAYS: Final = 2
"""No test takes so long."""
_NAMES: Final = "subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost,DNS:api.example.com\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate and its key, in PEM."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates, which lie in its folder."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        if shutil.which("openssl") is None:
            require_real("openssl is not installed")
        self._folder = folder
        self.certificate, self._key = folder / f"{name}.crt", folder / f"{name}.key"
        self._openssl("req", "-x509", *_KEY, *_for(_DAYS), "-subj", f"/CN={name}", key=self._key)

    def issue(self, name: str, *, days: int = _DAYS) -> Issued:
        """Return a certificate of that common name, for this machine's own addresses."""
        made = Issued(certificate=self._folder / f"{name}.crt", key=self._folder / f"{name}.key")
        request, names = self._folder / f"{name}.csr", self._folder / "names"
        names.write_text(_NAMES)
        self._openssl("req", *_KEY, "-subj", f"/CN={name}", key=made.key, out=request)
        signed = ("-CA", str(self.certificate), "-CAkey", str(self._key), "-CAcreateserial")
        self._openssl(
            *("x509", "-req", "-in", str(request), *signed, *_for(days), "-extfile", str(names)),
            out=made.certificate,
        )
        return made

    def server(self, *, asks: bool = False, days: int = _DAYS) -> ssl.SSLContext:
        """Return how a server of this authority speaks, that `asks` who its clients are."""
        own = self.issue("server", days=days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own.certificate, own.key)
        context.load_verify_locations(self.certificate)
        context.verify_mode = ssl.CERT_OPTIONAL if asks else ssl.CERT_NONE
        return context

    def _openssl(self, *words: str, key: Path | None = None, out: Path | None = None) -> None:
        into = ["-keyout", str(key)] if key else []
        subprocess.run(
            ["openssl", *words, *into, "-out", str(out or self.certificate)],
            check=True,
            capture_output=True,
        )


def _for(days: int) -> tuple[str, str]:
    return ("-days", str(days))
