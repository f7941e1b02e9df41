"""Bounces that are no standard report: what a mail server wrote for a person, read for its meaning."""
