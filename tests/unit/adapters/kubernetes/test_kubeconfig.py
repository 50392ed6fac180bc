"""All that a kubeconfig may hold is used, or refused in a sentence that says what to write."""

from pathlib import Path
from typing import Any

import pytest

from daypass.domain.access import ClusterAccess
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from tests.unit.adapters.kubernetes.test_access import a_kubeconfig, called

MYSELF = "give the rights to its own account, and remove it"
PASSWORD = "write a token or a client certificate"


@pytest.mark.parametrize(
    ("cluster", "user", "said"),
    [
        ({}, {"auth-provider": {"name": "gcp"}}, f"auth-provider is not honoured: .*{PASSWORD}"),
        ({}, {"username": "a"}, f"username is not honoured: .*{PASSWORD}"),
        ({}, {"token": "t", "password": "b"}, f"password is not honoured: .*{PASSWORD}"),
        ({}, {"token": "t", "as": "root"}, f"as is not honoured: .*{MYSELF}"),
        ({}, {"token": "t", "as-uid": "0"}, f"as-uid is not honoured: .*{MYSELF}"),
        ({}, {"token": "t", "as-groups": ["system:masters"]}, f"as-groups is not .*{MYSELF}"),
        ({}, {"token": "t", "as-user-extra": {"a": ["b"]}}, f"as-user-extra is not .*{MYSELF}"),
        ({"insecure-skip-tls-verify": True}, {"token": "t"}, "TLS is never off: name who signed"),
        ({}, {"token": "t", "tokenfile": "x"}, "tokenfile is not known; remove it"),
        ({7: "x"}, {"token": "t"}, "7 is not known; remove it"),
        ({"tls-server-name": 123}, {"token": "t"}, "tls-server-name is no text; write it in quo"),
        ({}, {"token": 123}, "token is no text; write it in quotes"),
        ({}, {"token": ["t"]}, "token is no text; write it in quotes"),
    ],
)
def test_refuses_by_name_when_it_asks_for_what_is_not_done(
    tmp_path: Path, cluster: dict[Any, Any], user: dict[str, Any], said: str
) -> None:
    """What would not be honoured is refused, not ignored."""
    path = a_kubeconfig(tmp_path, cluster={"server": "https://10.0.0.1", **cluster}, user=user)
    with pytest.raises(PermanentOutsideError, match=said) as raised:
        called(ClusterAccess(kubeconfig=path))
    assert str(path) in str(raised.value)


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({}, "its user has no credential; write token, tokenFile, exec, or cli"),
        ({"token": ""}, "its user has no credential"),
        ({"client-certificate": "c.crt"}, "one of client-certificate and client-key; write both"),
        ({"token": "t", "client-key-data": "eA=="}, "one of client-certificate and client-key"),
        (
            {"client-certificate-data": "%", "client-key-data": "eA=="},
            "client-certificate-data is no base64",
        ),
    ],
)
def test_waits_when_a_user_is_not_all_there(
    tmp_path: Path, user: dict[str, Any], said: str
) -> None:
    """Nobody calls as nobody; somebody may be writing the file."""
    path = a_kubeconfig(tmp_path, cluster={"server": "https://10.0.0.1"}, user=user)
    with pytest.raises(TemporaryOutsideError, match=said):
        called(ClusterAccess(kubeconfig=path))


@pytest.mark.parametrize(
    ("cluster", "user"),
    [
        ({"insecure-skip-tls-verify": False, "disable-compression": True}, {}),
        ({"extensions": [{"name": "minikube"}], "proxy-url": ""}, {"as": "", "as-groups": []}),
        ({}, {"username": "", "exec": None, "extensions": []}),
    ],
)
def test_takes_what_says_nothing(
    tmp_path: Path, cluster: dict[str, Any], user: dict[str, Any]
) -> None:
    """Tools write keys without a meaning."""
    whole = {"server": "https://10.0.0.1", **cluster}
    called(
        ClusterAccess(kubeconfig=a_kubeconfig(tmp_path, cluster=whole, user={"token": "t", **user}))
    )
