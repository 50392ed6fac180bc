"""`daypass reconcile --no-redis` on a real API server: what must go goes, and nothing else."""

import re
from dataclasses import replace

import pytest

from daypass.adapters.kubernetes.manifests import binding, collection, path
from tests.integration.worst_day.day import FAR, PAST, SOON, Day

pytestmark = pytest.mark.real


def test_removes_what_must_go_and_nothing_else(day: Day) -> None:
    """Laws 1 and 3: past, endless, forged and altered go; valid and foreign objects stay."""
    past = day.put(day.an_object(PAST))
    endless = day.put(day.an_object(None))
    forged = day.put(day.an_object(FAR, mac="00" * 32))
    valid = day.an_object(SOON)
    altered = day.put(
        replace(valid, ref=replace(valid.ref, name="daypass-altered"))  # Sealed for another name.
    )
    stay = {
        day.put(valid),
        day.put(day.an_object(PAST, install="somebody-elses")),
        day.put(day.an_object(FAR)),
    }
    done = day.run("--cluster", "prod")
    assert day.names() == stay
    for name, why in {
        past: "past its end",
        endless: "no end",
        forged: "its MAC is not ours",
        altered: "its MAC is not ours",
    }.items():
        assert re.search(rf"^prod: removed .*{name} \(carol@.*\): {why}", done.stdout, re.MULTILINE)
    assert "4 removed, 0 NOT removed, 2 kept" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


def test_says_that_forgeries_cannot_be_told_when_there_is_no_key(day: Day) -> None:
    """Law 10: without the key ends still count, and nobody believes that more was looked at."""
    past = day.put(day.an_object(PAST, mac="00"))
    forged = day.put(day.an_object(FAR, mac="00"))
    done = replace(day, environment={}).run("--cluster", "prod")
    assert day.names() == {forged}
    assert past in done.stdout
    assert "what was forged or altered cannot be told" in done.stdout.splitlines()[0]
    assert done.returncode == 0


def test_removes_everything_of_this_install_when_told_to(day: Day) -> None:
    """RevokeAll without Redis: whatever its end, and never another install's."""
    theirs = day.put(day.an_object(SOON, install="somebody-elses"))
    for _ in range(3):
        day.put(day.an_object(SOON))
    told = day.run("--cluster", "prod", "--all", "--dry-run")
    assert (told.returncode, len(day.names())) == (1, 4)
    assert told.stdout.count("would remove") == 3
    done = day.run("--cluster", "prod", "--all")
    assert (done.returncode, day.names()) == (0, {theirs})


def test_says_so_when_finalizer_holds_an_object(day: Day) -> None:
    """Law 4: the server's yes to a DELETE is no proof that the access is gone."""
    found = day.an_object(PAST)
    body = dict(binding(found))
    body["metadata"] = {**body["metadata"], "finalizers": ["example.com/held"]}
    day.prod.admin().post(collection(found.ref), body)
    try:
        done = day.run("--cluster", "prod")
        assert f"NOT removed RoleBinding {day.namespace}/{found.ref.name}" in done.stdout
        assert "waits for the finalizer example.com/held" in done.stdout
        assert done.returncode == 1
    finally:
        released = {**body, "metadata": {**body["metadata"], "finalizers": []}}
        day.prod.admin().replace(path(found.ref), released)


def test_goes_on_with_the_other_clusters_when_one_is_away(day: Day) -> None:
    """Without --cluster all are looked at; one that is away stops no other and is told."""
    day.put(day.an_object(PAST))
    text = day.config.read_text()
    day.config.write_text(text.replace(day.clusters["dev"].url, "https://127.0.0.1:1"))
    done = day.run()
    assert day.names() == set()
    assert re.search(r"^dev: not everything could be looked at: dev: .*", done.stdout, re.MULTILINE)
    assert re.search(r"^prod: 1 removed, .*; done$", done.stdout, re.MULTILINE)
    assert done.returncode == 1
