"""Real HTTP servers on the loopback interface that behave as the vendors' documentation says, one a file."""
