"""A random life of requests, leases, crashes, clusters and stores; the laws hold all the while.

`make soak` runs it with DAYPASS_SOAK sequences instead of the usual number.
"""

import os

from hypothesis import HealthCheck, settings

from tests.property.lifecycle.laws import Laws

SEQUENCES = int(os.environ.get("DAYPASS_SOAK", "1500"))
STEPS = 30

TestLifecycle = Laws.TestCase
TestLifecycle.settings = settings(
    max_examples=SEQUENCES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
