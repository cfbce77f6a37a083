"""What holds for all tests: examples that are the same in each run, and as long as a busy machine needs."""

from hypothesis import settings

settings.register_profile("same each time", derandomize=True, deadline=None)
settings.load_profile("same each time")
