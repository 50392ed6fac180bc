"""The dead man's switch may do no more than end things, and is what the example says (law 8)."""

from pathlib import Path

import pytest

from daypass.adapters.kubernetes.deadman import command, dead_mans_switch
from daypass.adapters.kubernetes.rights import rendered
from daypass.adapters.yaml.load import load
from daypass.cli.parser import parser
from daypass.domain.errors import ConfigurationError
from daypass.domain.grant import MANAGED_BY
from tests.docs.project import read

ROOT = Path(__file__).parents[4]
MADE = dead_mans_switch("main", "daypass:next")
CRON = next(one for one in MADE if one["kind"] == "CronJob")["spec"]
POD = CRON["jobTemplate"]["spec"]["template"]["spec"]


def test_two_installs_share_nothing_but_the_namespace() -> None:
    """Whoever applies one never changes the other's."""
    names, others = (
        {(one["kind"], one["metadata"]["name"]) for one in made}
        for made in (MADE, dead_mans_switch("other"))
    )
    assert names & others == {("Namespace", "daypass")}


def test_says_so_when_the_installs_name_is_too_long() -> None:
    """A CronJob's name has room for 52 characters."""
    dead_mans_switch("x" * 36)
    with pytest.raises(ConfigurationError, match="36 characters at most"):
        dead_mans_switch("x" * 37)


def test_may_end_bindings_and_nothing_else() -> None:
    """It cannot create, change, bind or read anything but bindings; `bind` is not needed to end."""
    rules = [rule for one in MADE for rule in one.get("rules", ())]
    assert rules == [
        {
            "apiGroups": ["rbac.authorization.k8s.io"],
            "resources": ["rolebindings", "clusterrolebindings"],
            "verbs": ["get", "list", "delete", "deletecollection"],
        },
        {"nonResourceURLs": ["/readyz", "/version"], "verbs": ["get"]},
    ]


def test_rights_are_its_own_accounts() -> None:
    """The worker's account is another: either may be taken away without the other."""
    [binding] = [one for one in MADE if one["kind"] == "ClusterRoleBinding"]
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "name": "daypass-deadman-main", "namespace": "daypass"}
    ]
    assert POD["serviceAccountName"] == "daypass-deadman-main"


def test_one_run_at_a_time_each_minute_and_never_for_ever() -> None:
    """A run that hangs ends by itself, so that the next ones can."""
    assert (CRON["schedule"], CRON["concurrencyPolicy"]) == ("* * * * *", "Forbid")
    job = CRON["jobTemplate"]["spec"]
    assert (job["backoffLimit"], job["activeDeadlineSeconds"]) == (0, 300)


def test_holds_no_secret_and_mounts_nothing() -> None:
    """No key, no token but its account's own."""
    [container] = POD["containers"]
    assert {"env", "envFrom", "volumeMounts"}.isdisjoint(container)
    assert "volumes" not in POD


def test_pod_runs_what_the_command_line_takes() -> None:
    """The grammar of `daypass` knows the CronJob's words, whatever the install is called."""
    [container] = POD["containers"]
    assert container["image"] == "daypass:next"
    assert container["command"] == ["daypass", *command("main")]
    given = parser().parse_args(command("main"))
    assert (given.install, given.in_cluster, given.all, given.dry_run) == (
        "main",
        True,
        False,
        False,
    )


def test_image_has_the_command_that_the_pod_runs() -> None:
    """The image puts `daypass` where its PATH leads, and runs as the pod's user."""
    dockerfile = read("Dockerfile")
    assert "> /opt/daypass/bin/daypass" in dockerfile
    assert "chmod 755 /opt/daypass/bin/daypass" in dockerfile
    assert "PATH=/opt/daypass/bin:$PATH" in dockerfile
    user = POD["securityContext"]["runAsUser"]
    assert f"USER {user}:{POD['securityContext']['runAsGroup']}" in dockerfile


def test_bears_static_label_when_made() -> None:
    """The label of leases' objects would make it end itself."""
    for one in MADE:
        assert one["metadata"]["labels"] == {"app.kubernetes.io/part-of": "daypass"}
        assert MANAGED_BY not in one["metadata"]["labels"]


def test_is_up_to_date_when_example_is_rendered() -> None:
    """The file in deploy/deadman is what the example configuration comes to."""
    stored = (ROOT / "deploy" / "deadman" / "prod.yaml").read_text(encoding="utf-8")
    install = load(ROOT / "examples" / "daypass.yaml").catalog.install
    assert stored.endswith(rendered(dead_mans_switch(install)))
    assert "daypass rbac examples/daypass.yaml --cluster prod --dead-mans-switch" in stored
