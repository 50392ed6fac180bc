"""Who we are, as files say it: a token, a client certificate with its key, or both together."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from daypass.adapters.kubernetes import kubeconfig
from daypass.adapters.kubernetes.identity import Credential, checked_identity
from daypass.adapters.kubernetes.kubeconfig import Chosen, chosen
from daypass.adapters.kubernetes.rereading import Reread, ascii_in, checked_token, token_in

Ticks = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A text that a file holds, alone or among others."""

    path: Path
    read: Callable[[Path, bytes], str]


def token_file(path: Path) -> Held:
    """A file that is a token."""
    return Held(path=path, read=token_in)


def pem_file(path: Path) -> Held:
    """A file in PEM."""
    return Held(path=path, read=ascii_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Where the parts of a credential are; a certificate and its key go together."""

    token: Held | None = None
    certificate: Held | None = None
    key: Held | None = None

    @property
    def name(self) -> str:
        """What a server is said not to take, where it does not."""
        token = f"the token in {self.token.path}" if self.token else ""
        pair = f"the client certificate in {self.certificate.path}" if self.certificate else ""
        return " and ".join(filter(None, (token, pair)))

    def reread(self, ticks: Ticks) -> Reread[Credential]:
        """Return it as read again and again: whole, or as it last was."""
        parts = [one for one in (self.token, self.certificate, self.key) if one]
        paths = tuple(dict.fromkeys(one.path for one in parts))

        def parse(*contents: bytes) -> Credential:
            return self._credential(dict(zip(paths, contents, strict=True)))

        return Reread(paths, parse, ticks)

    def _credential(self, found: dict[Path, bytes]) -> Credential:
        def text(part: Held | None) -> str:
            return part.read(part.path, found[part.path]) if part else ""

        if self.certificate is None or self.key is None:
            return Credential(token=text(self.token))
        where = " and ".join(dict.fromkeys((str(self.certificate.path), str(self.key.path))))
        pair = checked_identity(where, text(self.certificate), text(self.key))
        return Credential(token=text(self.token), identity=pair)


def of_user(path: Path, context: str, found: Chosen) -> Holding:
    """Return where a kubeconfig's user has it, as kubectl ranks them."""
    user = found.user

    def part(name: str) -> Held | None:
        if name + kubeconfig.INLINE in user:
            return Held(path=path, read=partial(_inline, (context, name)))
        return pem_file(path.parent / str(user[name])) if name in user else None

    token = None
    if kubeconfig.TOKEN_FILE in user:
        token = token_file(path.parent / str(user[kubeconfig.TOKEN_FILE]))
    elif kubeconfig.TOKEN in user:
        token = Held(path=path, read=partial(_token, context))
    return Holding(token=token, certificate=part(kubeconfig.CERTIFICATE), key=part(kubeconfig.KEY))


def _inline(at: tuple[str, str], path: Path, content: bytes) -> str:
    context, name = at
    return kubeconfig.inline(path, chosen(path, content, context).user, name)


def _token(context: str, path: Path, content: bytes) -> str:
    user = chosen(path, content, context).user
    return checked_token(path, str(user.get(kubeconfig.TOKEN, "")))
