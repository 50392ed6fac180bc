"""Ways into a cluster: what is read, what is read again, and what is refused by name."""

import base64
import ssl
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.identity import NOBODY
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError

CA = """\
-----BEGIN CERTIFICATE-----
MIIBcDCCARWgAwIBAgIUPId8ZVWFcY8hb/cOEZNqwbGNeF8wCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBYTAgFw0yNjExMjgxOTIxMzZaGA8yMTI2MTEwNDE5MjEzNlow
DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGxORMC7NIvQ
e3+W19EwQ/KvaKBalyxQ2UO0Rn74YGAHpN9/OIS6bFxq+fQ72ggg+gzo6LchyLLO
Xno3DamMBiqjUzBRMB0GA1UdDgQWBBT266y/Hsid4kaloiVRCohkyawYdzAfBgNV
HSMEGDAWgBT266y/Hsid4kaloiVRCohkyawYdzAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0kAMEYCIQDhPYHrUbDBBYMy3YMQcz6pwcuUiCF7d2VeCEWmzLQL
kAIhAMtOF8m7TeNUBxEDwosx03O4joOAU2FkdIHCKSyl0655
-----END CERTIFICATE-----
"""
"""Two authorities that sign nothing; their keys were never kept."""
OTHER_CA = """\
-----BEGIN CERTIFICATE-----
MIIBbzCCARWgAwIBAgIUCzj80UInyyia1kEDeEIufFX72JswCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBYjAgFw0yNjExMjgxOTIxMzZaGA8yMTI2MTEwNDE5MjEzNlow
DDEKMAgGA1UEAwwBYjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCRprEsMLgB8
ThXs6aBTktB4go1B/TYuLTNxIDXgZpItPuKZgTi8FuJU+vNeHc01awgLZs41+Lgj
h0g2tjXe/c2jUzBRMB0GA1UdDgQWBBTIw9ywOXV0tWacIUB75FECWnMUzjAfBgNV
HSMEGDAWgBTIw9ywOXV0tWacIUB75FECWnMUzjAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0gAMEUCIFtC2pby2Amg+3kDQW6A4CgISruK1Al3w0IbO8LFN6Wl
AiEAibdDL6a3Frub0j+ZdN1CBvWR2dNYijCykoHFgMHXwXQ=
-----END CERTIFICATE-----
"""


def a_kubeconfig(folder: Path, *, cluster: dict[str, Any], user: dict[str, Any]) -> Path:
    """Write a kubeconfig of one context, `here`."""
    path = folder / "kubeconfig"
    document = {
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}],
    }
    with path.open("w") as file:
        YAML(typ="safe").dump(document, file)
    return path


def said_by(way: Way) -> str:
    """Return the token that a call would be made with now."""
    return way.credential().token


def trusted_by(way: Way) -> list[str]:
    """Return the authorities that a server's certificate may be signed by."""
    trusted = way.route(NOBODY).tls.get_ca_certs(binary_form=True)
    return [ssl.DER_cert_to_PEM_cert(one) for one in trusted]


def called(access: ClusterAccess) -> None:
    """Do what comes before the first call: whatever is wrong with the way in is raised."""
    way = Way(access)
    way.route(way.credential())


def test_takes_files_when_server_is_given(tmp_path: Path) -> None:
    """Server, authority and token are what the configuration names; nothing else is consulted."""
    ca, token = tmp_path / "ca.crt", tmp_path / "token"
    ca.write_text(CA)
    token.write_text("t-1\n")
    access = ClusterAccess(server="https://10.0.0.1:6443/", ca_file=ca, token_file=token)
    way = Way(access)
    assert (way.route(NOBODY).host, trusted_by(way)) == ("https://10.0.0.1:6443", [CA])
    assert said_by(way) == "t-1"
    assert way.route(NOBODY).manager().connection_pool_kw["retries"].total is False


def test_takes_context_when_kubeconfig_is_given(tmp_path: Path) -> None:
    """Server, authority and token come from the context."""
    data = base64.b64encode(CA.encode()).decode()
    cluster = {"server": "https://10.0.0.1:6443", "certificate-authority-data": data}
    path = a_kubeconfig(tmp_path, cluster=cluster, user={"token": "t-1"})
    access = ClusterAccess(kubeconfig=path, context="here")
    way = Way(access)
    assert (way.route(NOBODY).host, trusted_by(way)) == ("https://10.0.0.1:6443", [CA])
    assert said_by(way) == "t-1"


def test_finds_files_beside_kubeconfig_when_paths_are_relative(tmp_path: Path) -> None:
    """Relative paths are seen from the kubeconfig's folder, as kubectl does."""
    for name, text in (("ca.crt", CA), ("token", "t-1")):
        (tmp_path / name).write_text(text)
    cluster = {"server": "https://10.0.0.1", "certificate-authority": "ca.crt"}
    user = {"tokenFile": "token", "token": "t-2"}
    way = Way(ClusterAccess(kubeconfig=a_kubeconfig(tmp_path, cluster=cluster, user=user)))
    assert trusted_by(way) == [CA]
    assert said_by(way) == "t-1"


def test_takes_what_stands_there_before_a_file(tmp_path: Path) -> None:
    """As kubectl does: certificate-authority-data counts where both are there."""
    (tmp_path / "ca.crt").write_text(OTHER_CA)
    data = base64.b64encode(CA.encode()).decode()
    cluster = {"server": "https://10.0.0.1", "certificate-authority": "ca.crt"}
    both = {**cluster, "certificate-authority-data": data}
    path = a_kubeconfig(tmp_path, cluster=both, user={"token": "t-1"})
    assert trusted_by(Way(ClusterAccess(kubeconfig=path))) == [CA]


@pytest.mark.parametrize("server", ["http://10.0.0.1:6443", "10.0.0.1:6443", "HTTP://10.0.0.1"])
def test_refuses_server_without_tls_when_kubeconfig_names_it(tmp_path: Path, server: str) -> None:
    """A token is never sent in clear, whichever file the address stands in."""
    path = a_kubeconfig(tmp_path, cluster={"server": server}, user={"token": "t"})
    with pytest.raises(PermanentOutsideError, match="write https://HOST:PORT"):
        called(ClusterAccess(kubeconfig=path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no kubeconfig"),
        ("a: [", "no YAML"),
        ("just text", "no kubeconfig"),
        ("current-context: x\ncontexts: []", "no context 'x'"),
    ],
    ids=["empty", "no YAML", "no mapping", "no context"],
)
def test_says_what_is_wrong_when_kubeconfig_is_none(tmp_path: Path, text: str, said: str) -> None:
    """A file that is no kubeconfig is told apart from one that lacks something."""
    path = tmp_path / "kubeconfig"
    path.write_text(text)
    with pytest.raises(TemporaryOutsideError, match=said):
        called(ClusterAccess(kubeconfig=path))


def test_names_file_when_it_is_missing(tmp_path: Path) -> None:
    """A missing file is named, whichever it is."""
    with pytest.raises(TemporaryOutsideError, match="none cannot be read: No such file"):
        called(ClusterAccess(kubeconfig=tmp_path / "none"))
    with pytest.raises(TemporaryOutsideError, match=r"none\.crt cannot be read"):
        called(ClusterAccess(server="https://10.0.0.1", ca_file=tmp_path / "none.crt"))


def test_names_kubeconfig_when_its_authority_is_no_base64(tmp_path: Path) -> None:
    """A damaged authority is never taken for none."""
    cluster = {"server": "https://10.0.0.1", "certificate-authority-data": "%%%"}
    path = a_kubeconfig(tmp_path, cluster=cluster, user={"token": "t"})
    with pytest.raises(TemporaryOutsideError, match="no base64"):
        called(ClusterAccess(kubeconfig=path))


def test_refuses_when_it_is_not_in_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """`in_cluster` outside of one is said plainly."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(PermanentOutsideError, match="not inside a cluster"):
        called(ClusterAccess(in_cluster=True))
