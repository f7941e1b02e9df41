"""What every test may rely on."""

from hypothesis import settings

# Two busy cores make any single example slow now and then: time is the suite's affair, not the example's.
settings.register_profile("deliveryledger", deadline=None, print_blob=True)
settings.load_profile("deliveryledger")
