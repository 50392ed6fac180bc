"""Ways into clusters, and the names under which they know people."""

from typing import Final

from daypass.adapters.yaml.checks import names
from daypass.adapters.yaml.checks.checked import Checked
from daypass.adapters.yaml.schema import ClusterModel
from daypass.adapters.yaml.source import Where

_ONE_NAME = "remove one of them: each would end what the other grants"
_CREDENTIALS: Final = ("token_file", "client_certificate_file", "client_key_file")
_FILES: Final = ("ca_file", *_CREDENTIALS)
_WAYS = "write server (with token_file), in_cluster: true or kubeconfig"


def check(checked: Checked) -> None:
    """Note clusters without one clear way in of their own, and usernames that are never granted."""
    if checked.data.get("clusters") == {}:
        checked.faults.add(("clusters",), f"has no cluster; write one: NAME with {_WAYS[6:]}")
    known = dict[tuple[object, ...], str]()
    for name, one in checked.document.clusters.items():
        where: Where = ("clusters", name)
        _check_way(checked, where, one)
        if (other := known.setdefault(_leads_to(one) or (name,), name)) != name:
            checked.faults.add(where, f"is cluster {other} by another name; {_ONE_NAME}")
        names.check(checked, where, one)


def _leads_to(one: ClusterModel) -> tuple[object, ...]:
    """Return what tells that two names are one API server, as far as it is written down."""
    if one.server:
        return ("server", str(one.server).rstrip("/"))
    if one.kubeconfig is not None:
        return ("kubeconfig", one.kubeconfig.path, one.kubeconfig.context)
    return ("in_cluster",) if one.in_cluster else ()


def _check_way(checked: Checked, where: Where, one: ClusterModel) -> None:
    ways = [bool(one.server), one.in_cluster, one.kubeconfig is not None].count(True)
    if ways == 0:
        checked.faults.add(where, f"has no way in; {_WAYS}")
    if ways > 1:
        checked.faults.add(where, f"has {ways} ways in; keep one of server, in_cluster, kubeconfig")
    if one.server:
        _check_credential(checked, where, one)
    for key in _FILES:
        if getattr(one, key) and not one.server:
            checked.faults.add(
                (*where, key), "belongs to server; write server: https://… or remove it"
            )


def _check_credential(checked: Checked, where: Where, one: ClusterModel) -> None:
    """Of a server the worker has one credential, and all of it."""
    token, *pair = (bool(getattr(one, key)) for key in _CREDENTIALS)
    if not token and not any(pair):
        checked.faults.add(
            (*where, "server"),
            "has no token_file beside it; write token_file: PATH, or client_certificate_file and "
            "client_key_file",
        )
    if token and any(pair):
        checked.faults.add((*where, "token_file"), "is one of two credentials; keep one of them")
    if any(pair) and not all(pair):
        there, missing = sorted(_CREDENTIALS[1:], key=lambda key: not getattr(one, key))
        checked.faults.add((*where, there), f"has no {missing} beside it; write {missing}: PATH")
