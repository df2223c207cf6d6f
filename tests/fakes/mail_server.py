"""A real mail server on loopback that keeps what it takes and misbehaves on request."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP


class MailServer:
    """What arrived, and what the server shall do next.

    ``answer`` is its word after the content; "" hangs up without one, after or before (``forget``) keeping the mail.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answer = "250 OK"
        self.forget = False
        self.rcpt = ""

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str,
                          _options: list[str]) -> str:
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:
        if not self.forget and self.answer in ("", "250 OK"):
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        if not self.answer:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.answer or "421 gone"


@contextmanager
def running() -> Iterator[tuple[MailServer, int]]:
    """The server and its port, for as long as the block lasts."""
    server, loop = MailServer(), asyncio.new_event_loop()
    factory = partial(SMTP, server, hostname="mail.example", loop=loop)
    listening = loop.run_until_complete(loop.create_server(factory, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server, listening.sockets[0].getsockname()[1]
    finally:
        # In its own loop's thread: closing from here may meet the server closing a connection.
        loop.call_soon_threadsafe(listening.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
