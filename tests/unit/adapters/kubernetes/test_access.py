"""Ways into a cluster: what is read, what is read again, and what is refused by name."""

import base64
import os
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from daypass.adapters.kubernetes.access import Token, configuration
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError

CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


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


def written(path: Path, text: str, *, at: int) -> Path:
    """Write a file as if `at` seconds after 1970."""
    path.write_text(text)
    os.utime(path, (at, at))
    return path


def bearer(access: ClusterAccess) -> str:
    """Return what the Authorization header would say."""
    made = configuration(access)
    return str(made.get_api_key_with_prefix("BearerToken"))


def test_takes_files_when_server_is_given(tmp_path: Path) -> None:
    """Server, authority and token are what the configuration names; nothing else is consulted."""
    ca, token = tmp_path / "ca.crt", tmp_path / "token"
    ca.write_text(CA)
    token.write_text("t-1\n")
    access = ClusterAccess(server="https://10.0.0.1:6443/", ca_file=ca, token_file=token)
    made = configuration(access)
    assert (made.host, made.ssl_ca_cert) == ("https://10.0.0.1:6443", str(ca))
    assert bearer(access) == "Bearer t-1"
    assert made.retries is False
    assert made.verify_ssl


def test_ignores_proxy_when_environment_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy is no place for a cluster's token."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    made = configuration(ClusterAccess(server="https://10.0.0.1:6443"))
    assert made.proxy is None


def test_reads_token_again_when_file_changed(tmp_path: Path) -> None:
    """A token that is replaced is followed; one that vanished for a moment is kept."""
    path = written(tmp_path / "token", "t-1", at=1)
    times = iter([0.0, 0.0, 1.0, 3.0, 3.0, 6.0, 6.0])
    token = Token(path, Path.read_text, lambda: next(times))
    assert token.current() == "t-1"
    written(path, "t-2", at=2)
    assert token.current() == "t-1"
    assert token.current() == "t-2"
    path.unlink()
    assert token.current() == "t-2"


@pytest.mark.parametrize("text", [None, ""], ids=["missing", "empty"])
def test_refuses_to_call_when_there_is_no_token(tmp_path: Path, text: str | None) -> None:
    """A call without a token would be anonymous, so there is none."""
    path = tmp_path / "token"
    if text is not None:
        path.write_text(text)
    made = configuration(ClusterAccess(server="https://10.0.0.1", token_file=path))
    with pytest.raises(TemporaryOutsideError, match="token"):
        made.get_api_key_with_prefix("BearerToken")


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
    assert made.ssl_ca_cert == str(tmp_path / "ca.crt")
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
    ("text", "said"),
    [
        ("a: [", "no YAML"),
        ("just text", "no kubeconfig"),
        ("current-context: x\ncontexts: []", "no context 'x'"),
    ],
    ids=["no YAML", "no mapping", "no context"],
)
def test_says_what_is_wrong_when_kubeconfig_is_none(tmp_path: Path, text: str, said: str) -> None:
    """A file that is no kubeconfig is told apart from one that lacks something."""
    path = tmp_path / "kubeconfig"
    path.write_text(text)
    with pytest.raises(PermanentOutsideError, match=said):
        configuration(ClusterAccess(kubeconfig=path))


def test_names_file_when_it_is_missing(tmp_path: Path) -> None:
    """A missing file is named, whichever it is."""
    with pytest.raises(PermanentOutsideError, match="cannot be read"):
        configuration(ClusterAccess(kubeconfig=tmp_path / "none"))
    with pytest.raises(PermanentOutsideError, match=r"none\.crt does not exist"):
        configuration(ClusterAccess(server="https://10.0.0.1", ca_file=tmp_path / "none.crt"))


def test_names_kubeconfig_when_its_authority_is_no_base64(tmp_path: Path) -> None:
    """A damaged authority is never taken for none."""
    cluster = {"server": "https://10.0.0.1", "certificate-authority-data": "%%%"}
    path = a_kubeconfig(tmp_path, cluster=cluster, user={"token": "t"})
    with pytest.raises(PermanentOutsideError, match="no base64"):
        configuration(ClusterAccess(kubeconfig=path))


def test_refuses_when_it_is_not_in_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """`in_cluster` outside of one is said plainly."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(PermanentOutsideError, match="not inside a cluster"):
        configuration(ClusterAccess(in_cluster=True))
