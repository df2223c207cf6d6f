"""``python -m inbox`` is ``otklik``."""

from inbox.cli import app

app()
