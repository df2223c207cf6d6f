"""The REST API, version 1: every module with a ``router`` is found by scanning."""
