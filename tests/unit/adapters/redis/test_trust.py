"""Which Redis may hold leases, judged by what it says of itself."""

from collections.abc import Mapping

import pytest

from daypass.adapters.redis.trust import OVERRIDE, faults_of

KEEPS = {"maxmemory_policy": "noeviction", "aof_enabled": 1}


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (KEEPS, []),
        ({**KEEPS, "maxmemory_policy": "allkeys-lru"}, ["set maxmemory-policy noeviction"]),
        ({**KEEPS, "maxmemory_policy": "volatile-ttl"}, ["set maxmemory-policy noeviction"]),
        ({**KEEPS, "aof_enabled": 0}, ["set appendonly yes"]),
        ({"maxmemory_policy": "allkeys-lru", "aof_enabled": 0}, ["noeviction", "appendonly"]),
        ({}, ["does not say"]),
        ({"aof_enabled": 1}, ["does not say"]),
        ({"maxmemory_policy": "volatile-lru"}, ["does not say", "noeviction"]),
    ],
)
def test_faults_name_what_to_set(info: Mapping[str, object], words: list[str]) -> None:
    """Evicting, snapshots alone and silence are refused; each fault says what would be right."""
    faults = list(faults_of(info))
    assert len(faults) == len(words)
    assert all(word in fault for word, fault in zip(words, faults, strict=True))
    assert all(OVERRIDE in fault for fault in faults)
