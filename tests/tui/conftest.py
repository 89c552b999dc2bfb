"""How hypothesis runs: a loaded machine makes an example slow, never wrong."""

from hypothesis import HealthCheck, settings

settings.register_profile("till", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("till")
