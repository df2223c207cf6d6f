"""One module per screen, each with its ``router``; found by scanning."""
