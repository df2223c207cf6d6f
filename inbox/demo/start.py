"""Start the demo beside the application: allow its host, serve its platform, fill an empty database, greet."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlmodel import select

from inbox.config import Config
from inbox.demo import fill
from inbox.demo.server import PORT, DemoServer, PortTaken, open_world
from inbox.house import House
from inbox.setting_up import new_password
from monitor.models import Brand

__all__ = ["HalfFilled", "PortTaken", "allowing", "filled", "platform", "port_of", "throw_away", "welcome"]

HOST = "127.0.0.1"
LOGIN = "anna@kafesaule.example"
SYLLABLES = ("ka", "fe", "sau", "le", "ri", "ga", "mi", "lo", "ta", "ne", "vi", "do", "pu", "ra", "zi", "be")


def port_of(config: Config, wanted: int = PORT) -> int:
    """The port of the pretend platform: the one it had before, because its sources know it, else ``wanted``."""
    path = folder(config) / "port.txt"
    if path.exists():
        return int(path.read_text(encoding="ascii"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(wanted), encoding="ascii")
    return wanted


def allowing(config: Config, port: int) -> Config:
    """The configuration with the pretend platform allowed by name."""
    hosts = [*config.connectors.allow_hosts, f"{HOST}:{port}"]
    connectors = config.connectors.model_copy(update={"allow_hosts": hosts})
    return replace(config, settings=config.settings.model_copy(update={"connectors": connectors}))


@contextmanager
def platform(house: House, now: datetime) -> Iterator[DemoServer]:
    """The pretend review site, for as long as the block lasts. Raises PortTaken."""
    with DemoServer(open_world(folder(house.config), now), HOST, port_of(house.config)) as site:
        yield site


def folder(config: Config) -> Path:
    """Where the demo keeps what happened on its platform."""
    return config.var / "demo"


def filled(house: House, site: DemoServer, now: datetime, say: Callable[[str], None]) -> str:
    """Fill an empty database; gives the password of the demo's login, the same at every start.

    Raises HalfFilled when an earlier start was stopped in the middle of filling.
    """
    path, done = folder(house.config) / "password.txt", folder(house.config) / "filled"
    with house.db.read() as session:
        empty = session.exec(select(Brand.id).limit(1)).first() is None
    if not empty:
        if path.exists() and not done.exists():
            raise HalfFilled
        return path.read_text(encoding="ascii") if path.exists() else ""
    password = _new_password(path)
    say("Filling the demo, once; this takes a moment ...")
    polls = logging.getLogger("monitor.poll")
    polls.setLevel(logging.ERROR)  # the sources that fail on purpose would greet a newcomer with warnings
    fill.fill(house, now, _telling(say), site=site,
              set_password=lambda session, member_id: new_password(session, member_id, password, now))
    polls.setLevel(logging.NOTSET)
    done.touch()
    return password


class HalfFilled(Exception):
    """The filling of the demo was stopped in the middle."""

    def __str__(self) -> str:
        return "The demo was stopped while it was being filled. Start a fresh one: make demo"


def _telling(say: Callable[[str], None]) -> Callable[[float], None]:
    """Tell each quarter that is done."""
    told = [0.0]

    def tell(share: float) -> None:
        if share >= told[0] + 0.25:
            told[0] = share // 0.25 * 0.25
            say(f"  {round(told[0] * 100)} %")

    return tell


def _new_password(path: Path) -> str:
    password = "-".join("".join(secrets.choice(SYLLABLES) for _ in range(3)) for _ in range(3))
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(password)
    return password


def welcome(address: str, site: str, password: str) -> str:
    """What a newcomer reads first."""
    login = f"{LOGIN}  password  {password}" if password else "your own (this is not the demo's database)"
    return f"""
  Otklik is at     {address}
  Sign in as       {login}
  The review site  {site}  (pretend, but real pages: your answers appear there)

  Try first
    1. Open “Needs reply”, pick a review, press R, write, and choose “Approve & post”.
       Two minutes later it stands on the review site, and Otklik sees it there.
    2. Open “Suspicious” and read why a review is suspicious; give your verdict.
    3. Open “Sources”, add a feed or a WordPress of yours.

  Stop with Ctrl-C. A fresh demo: make demo
"""


def throw_away(config: Config) -> None:
    """Remove the demo's database and platform. Raises ValueError where the database is not the demo's."""
    url = make_url(config.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise ValueError("The demo runs on SQLite; this database is another one and is left alone.")
    if Path(url.database).exists() and not (folder(config) / "password.txt").exists():
        raise ValueError(f"{url.database} was not filled by the demo and is left alone. Move it away by hand.")
    for name in ("", "-wal", "-shm"):
        Path(url.database + name).unlink(missing_ok=True)
    shutil.rmtree(folder(config), ignore_errors=True)
