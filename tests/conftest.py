"""How hypothesis runs: a loaded machine makes an example slow, never wrong.

In CI the same code gets the same examples, so that a run says something about the change; every other run explores.
"""

import os

from hypothesis import HealthCheck, settings

from lab.testing.floors import CI

settings.register_profile(
    "till",
    deadline=None,
    database=None,
    derandomize=CI in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("till")
