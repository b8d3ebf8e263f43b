"""What holds for every room's tests."""

from hypothesis import HealthCheck, settings

# The machine may be busy: neither an example's time nor the time it took to think of one is what is tested.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
