"""Settings of the discovery's tests."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # the machine may be busy; time is not what is tested
settings.load_profile("unhurried")
