"""``otklik serve``, ``work``, ``init`` and ``doctor``: what runs, and whether it can."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

import typer

from inbox.cli.terminal import configured, console, fail, opened, show
from inbox.config import Config
from inbox.house import House, open_house

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.")]
Jobs = Annotated[bool, typer.Option("--jobs/--no-jobs", help="Do the scheduled work in this process too.")]
DemoPort = Annotated[int, typer.Option(help="Port of the demo's pretend platform, at its first start.")]
Demo = Annotated[bool, typer.Option("--demo", help="Fill an empty database with the demo, serve its platform.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(serve)
    app.command()(work)
    app.command()(init)
    app.command()(doctor)


def serve(host: Host = "127.0.0.1", port: Port = 8000, jobs: Jobs = True, demo: Demo = False,
          demo_port: DemoPort = 8001) -> None:
    """Serve the pages and the API; with SQLite this one process does everything."""
    from inbox import serving
    from inbox.demo import start

    config = configured()
    house = prepared(start.allowing(config, start.port_of(config, demo_port)) if demo else config)
    try:
        serving.serve(house, host, port, jobs=jobs, demo=demo, say=typer.echo)
    except (start.PortTaken, start.HalfFilled) as error:
        fail(str(error))
    except OSError as error:
        fail(f"Port {port} on {host} cannot be used ({error.strerror or error}). Stop what uses it, or choose another "
             "one: otklik serve --port 8080")
    finally:
        house.close()


def work() -> None:
    """Do the scheduled work over PostgreSQL; start it as often as there are machines."""
    from inbox import queue, serving

    with opened() as house:
        if house.db.is_sqlite:
            fail("otklik work needs PostgreSQL (OTKLIK_DATABASE_URL). With SQLite, otklik serve does all the work.")
        serving.start_logging()
        console.print("Working. Stop with Ctrl-C.")
        asyncio.run(queue.work(house))


def prepared(config: Config) -> House:
    """The house with its database brought to the newest form."""
    from inbox import database

    house = open_house(config)
    found = database.current(house.db)
    if found and not house.db.is_sqlite:
        try:
            database.require_current(house.db)
        except database.NotMigrated as error:
            fail(str(error), 3)
    if database.upgrade(house.db) and found:
        logging.getLogger("inbox").info("database brought from %s to %s", found, database.newest())
    return house


def init(
    brand: Annotated[str, typer.Option(prompt="Name of your brand", help="Name of the first brand.")],
    name: Annotated[str, typer.Option(prompt="Your name", help="Name of the first administrator.")],
    email: Annotated[str, typer.Option(prompt="Your e-mail", help="E-mail to sign in with.")],
    password: Annotated[str, typer.Option(prompt="A password of at least 10 characters", hide_input=True,
                                          confirmation_prompt=True, help="Password to sign in with.")],
    language: Annotated[str, typer.Option(help="Language of the first administrator: en, ru or lv.")] = "en",
    timezone: Annotated[str, typer.Option(help="Time zone of the brand, for example Europe/Riga.")] = "Europe/Riga",
) -> None:
    """Set up an empty Otklik: config.yaml, database, first brand and administrator."""
    from inbox import setting_up
    from inbox.jobs import clock

    try:
        house = prepared(configured())
        for done in setting_up.set_up(house, clock(), brand=brand, name=name, email=email, password=password,
                                      language=language, timezone=timezone):
            console.print(done)
    except ValueError as error:
        fail(str(error))
    console.print("Start it with: otklik serve")


def doctor(json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """Look for what could go wrong, and say how to mend it; ends with 1 when something must be mended."""
    from inbox import health_check

    findings = health_check.examine(configured())
    show([{"what": one.what, "state": one.state, "remedy": one.remedy} for one in findings], as_json=json)
    if any(one.state == "bad" for one in findings):
        raise typer.Exit(1)
