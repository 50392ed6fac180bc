"""Ways into clusters, and the names under which they know people."""

from typing import Final
from urllib.parse import urlsplit

from daypass.adapters.yaml.checks import names
from daypass.adapters.yaml.checks.checked import Checked
from daypass.adapters.yaml.schema import ClusterModel
from daypass.adapters.yaml.source import Where
from daypass.domain.addresses import address_of

_ONE_NAME = "remove one of them: each would end what the other grants"
_PAIR: Final = ("client_certificate_file", "client_key_file")
_CREDENTIALS: Final = ("token_file", *_PAIR, "exec")
_OF_A_SERVER: Final = ("ca_file", *_CREDENTIALS)
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
        path = urlsplit(one.server).path.rstrip("/")
        return ("server", str(address_of(one.server)), path)
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
    for key in _OF_A_SERVER:
        if getattr(one, key) and not one.server:
            checked.faults.add(
                (*where, key), "belongs to server; write server: https://… or remove it"
            )


def _check_credential(checked: Checked, where: Where, one: ClusterModel) -> None:
    """Of a server the worker has one credential, and all of it."""
    found = [key for key in _CREDENTIALS if getattr(one, key)]
    pair = [key for key in found if key in _PAIR]
    if not found:
        right = "write token_file: PATH, client_certificate_file and client_key_file, or exec"
        checked.faults.add((*where, "server"), f"has no token_file beside it; {right}")
    if len(found) > max(len(pair), 1):
        checked.faults.add((*where, found[0]), f"is there beside {found[-1]}; keep one credential")
    if len(pair) == 1:
        (missing,) = {*_PAIR} - {*pair}
        checked.faults.add((*where, pair[0]), f"has no {missing} beside it; write {missing}: PATH")
