"""Tables for the screens, and the questions that the screens ask."""
