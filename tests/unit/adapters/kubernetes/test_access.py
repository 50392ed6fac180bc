"""Ways into a cluster: what is read, what is read again, and what is refused by name."""

import base64
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import Configuration
from ruamel.yaml import YAML

from daypass.adapters.kubernetes.access import configuration
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


def bearer(access: ClusterAccess) -> str:
    """Return what the Authorization header would say."""
    return said_by(configuration(access))


def said_by(made: Configuration) -> str:
    """Return what the Authorization header would say now."""
    return str(made.get_api_key_with_prefix("BearerToken"))


def test_takes_files_when_server_is_given(tmp_path: Path) -> None:
    """Server, authority and token are what the configuration names; nothing else is consulted."""
    ca, token = tmp_path / "ca.crt", tmp_path / "token"
    ca.write_text(CA)
    token.write_text("t-1\n")
    access = ClusterAccess(server="https://10.0.0.1:6443/", ca_file=ca, token_file=token)
    made = configuration(access)
    assert (made.host, made.ca_cert_data) == ("https://10.0.0.1:6443", CA)
    assert bearer(access) == "Bearer t-1"
    assert made.retries is False
    assert made.verify_ssl


def test_ignores_proxy_when_environment_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy is no place for a cluster's token."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    made = configuration(ClusterAccess(server="https://10.0.0.1:6443"))
    assert made.proxy is None


def test_takes_context_when_kubeconfig_is_given(tmp_path: Path) -> None:
    """Server, authority and token come from the context."""
    data = base64.b64encode(CA.encode()).decode()
    cluster = {"server": "https://10.0.0.1:6443", "certificate-authority-data": data}
    path = a_kubeconfig(tmp_path, cluster=cluster, user={"token": "t-1"})
    access = ClusterAccess(kubeconfig=path, context="here")
    made = configuration(access)
    assert (made.host, made.ca_cert_data) == ("https://10.0.0.1:6443", CA)
    assert bearer(access) == "Bearer t-1"


def test_finds_files_beside_kubeconfig_when_paths_are_relative(tmp_path: Path) -> None:
    """Relative paths are seen from the kubeconfig's folder, as kubectl does."""
    for name, text in (("ca.crt", CA), ("token", "t-1"), ("c.crt", CA), ("c.key", CA)):
        (tmp_path / name).write_text(text)
    cluster = {"server": "https://10.0.0.1", "certificate-authority": "ca.crt"}
    user = {"tokenFile": "token", "client-certificate": "c.crt", "client-key": "c.key"}
    access = ClusterAccess(kubeconfig=a_kubeconfig(tmp_path, cluster=cluster, user=user))
    made = configuration(access)
    assert made.ca_cert_data == CA
    assert (made.cert_file, made.key_file) == (str(tmp_path / "c.crt"), str(tmp_path / "c.key"))
    assert bearer(access) == "Bearer t-1"


@pytest.mark.parametrize(
    ("cluster", "user", "named"),
    [
        ({}, {"exec": {"command": "aws"}}, "exec"),
        ({}, {"auth-provider": {}}, "auth-provider"),
        ({}, {"username": "a", "password": "b"}, "password, username"),
        ({}, {"client-key-data": "x"}, "client-key-data"),
        ({}, {"token": "t", "as": "root"}, "as"),
        ({"insecure-skip-tls-verify": True}, {"token": "t"}, "insecure-skip-tls-verify"),
        ({"proxy-url": "http://x"}, {"token": "t"}, "proxy-url"),
    ],
    ids=["exec", "auth-provider", "password", "key data", "as", "insecure", "proxy"],
)
def test_refuses_by_name_when_kubeconfig_wants_more(
    tmp_path: Path, cluster: dict[str, Any], user: dict[str, Any], named: str
) -> None:
    """What would not be honoured is refused, not ignored."""
    path = a_kubeconfig(tmp_path, cluster={"server": "https://10.0.0.1", **cluster}, user=user)
    with pytest.raises(PermanentOutsideError, match=f"{named} is not supported"):
        configuration(ClusterAccess(kubeconfig=path))


@pytest.mark.parametrize(
    ("cluster", "said"),
    [({"tls-server-name": 123}, "tls-server-name is no name"), ({7: "x"}, "7 is not supported")],
    ids=["a number", "a key"],
)
def test_refuses_what_is_no_text(tmp_path: Path, cluster: dict[Any, Any], said: str) -> None:
    """YAML takes some words for something else."""
    path = a_kubeconfig(tmp_path, cluster={"server": "https://10.0.0.1", **cluster}, user={})
    with pytest.raises(PermanentOutsideError, match=said):
        configuration(ClusterAccess(kubeconfig=path))


@pytest.mark.parametrize("server", ["http://10.0.0.1:6443", "10.0.0.1:6443", "HTTP://10.0.0.1"])
def test_refuses_server_without_tls_when_kubeconfig_names_it(tmp_path: Path, server: str) -> None:
    """A token is never sent in clear, whichever file the address stands in."""
    path = a_kubeconfig(tmp_path, cluster={"server": server}, user={"token": "t"})
    with pytest.raises(PermanentOutsideError, match="write https://HOST:PORT"):
        configuration(ClusterAccess(kubeconfig=path))


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
        configuration(ClusterAccess(kubeconfig=path))


def test_names_file_when_it_is_missing(tmp_path: Path) -> None:
    """A missing file is named, whichever it is."""
    with pytest.raises(TemporaryOutsideError, match="none cannot be read: No such file"):
        configuration(ClusterAccess(kubeconfig=tmp_path / "none"))
    with pytest.raises(TemporaryOutsideError, match=r"none\.crt cannot be read"):
        configuration(ClusterAccess(server="https://10.0.0.1", ca_file=tmp_path / "none.crt"))


def test_names_kubeconfig_when_its_authority_is_no_base64(tmp_path: Path) -> None:
    """A damaged authority is never taken for none."""
    cluster = {"server": "https://10.0.0.1", "certificate-authority-data": "%%%"}
    path = a_kubeconfig(tmp_path, cluster=cluster, user={"token": "t"})
    with pytest.raises(TemporaryOutsideError, match="no base64"):
        configuration(ClusterAccess(kubeconfig=path))


def test_refuses_when_it_is_not_in_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """`in_cluster` outside of one is said plainly."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(PermanentOutsideError, match="not inside a cluster"):
        configuration(ClusterAccess(in_cluster=True))
