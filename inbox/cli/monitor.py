"""``otklik monitor``: sources, checks by hand, imports, quarantine, authenticity."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from inbox import finding
from inbox.cli.terminal import configured, console, fail, opened, progress, show
from inbox.house import House
from inbox.jobs import clock

group = typer.Typer(no_args_is_help=True)
geo = typer.Typer(no_args_is_help=True, help="The database that places IP addresses.")
group.add_typer(geo, name="geo")
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
OfBrand = Annotated[str, typer.Option("--brand", help="Name, slug or number; not needed when there is one brand.")]


@group.command()
def sources(json: AsJson = False) -> None:
    """All sources with their health."""
    from monitor import health

    with opened() as house, house.db.read() as session:
        show(health.rows(session, clock()), as_json=json)


@group.command()
def poll(
    source: Annotated[str, typer.Argument(help="Name or number of a source; all when left out.")] = "",
    sweep: Annotated[bool, typer.Option(help="Full check: read everything.")] = False,
    json: AsJson = False,
) -> None:
    """Check places now."""
    with opened() as house:
        with house.db.read() as session:
            places = finding.places(session, source)
        asyncio.run(_poll(house, places, sweep=sweep, json=json))


async def _poll(house: House, places: list[int], *, sweep: bool, json: bool) -> None:
    from monitor.poll import poll_place

    runs = []
    with progress() as bar:
        for place_id in bar.track(places, description="Checking"):
            runs.append(await poll_place(place_id, house.tools, clock(), sweep=sweep))
    await house.http.aclose()
    show([{"place": run.place_id, "outcome": run.outcome, "new": run.new, "edited": run.edited, "same": run.same,
           "removed": run.removed, "set aside": run.quarantined,
           "error": (run.error.format(**run.facts) if run.facts else run.error)[:200]} for run in runs], as_json=json)


@group.command()
def quarantine(
    retry: Annotated[int, typer.Option(help="Number of an entry to read again.")] = 0, json: AsJson = False,
) -> None:
    """What could not be read, and reading it again."""
    from monitor import quarantine as aside

    with opened() as house:
        if retry:
            if not aside.retry(house.tools, retry, clock()):
                fail("It still cannot be read; see the error with: otklik monitor quarantine")
            console.print("Read and stored.")
            return
        with house.db.read() as session:
            show([{"number": row.id, "place": row.place_id, "id": row.external_id, "error": row.error[:200]}
                  for row, _place, _source in aside.waiting(session)], as_json=json)


@group.command("import")
def import_items(
    source: Annotated[str, typer.Argument(help="Name or number of a source of the kind csv_file.")],
    file: Annotated[Path, typer.Argument(help="CSV file.")],
    dry_run: Annotated[bool, typer.Option(help="Show what would come in; store nothing.")] = False,
    json: AsJson = False,
) -> None:
    """Import reviews from a CSV file."""
    from inbox import csv_import

    with opened() as house:
        report = csv_import.items(house, source, _read(file), clock(), dry_run=dry_run)
        show(report.rows(), as_json=json)


@group.command("import-orders")
def import_orders(
    file: Annotated[Path, typer.Argument(help="CSV file.")], brand: OfBrand = "", json: AsJson = False,
) -> None:
    """Import orders from a CSV file, as proof of purchase."""
    from inbox import csv_import

    with opened() as house:
        show(csv_import.import_orders(house, brand, _read(file), clock()).rows(), as_json=json)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")


@group.command()
def assess(again: Annotated[bool, typer.Option(help="Weigh all items again, not only new ones.")] = False) -> None:
    """Weigh the signs of authenticity of items that wait for it."""
    from monitor.authenticity import assess as weighing

    with opened() as house, progress() as bar:
        if again:
            weighing.all_again(house.db)
        task = bar.add_task("Weighing", total=None)
        while done := weighing.assess_due(house.tools, clock()):
            bar.advance(task, done)


@group.command()
def calibrate(brand: OfBrand = "", json: AsJson = False) -> None:
    """Fit the points of the signs to the verdicts of the team; shows precision and recall, changes nothing."""
    from monitor.authenticity import calibrate as fitting

    with opened() as house, house.db.read() as session:
        result = fitting.calibrate(session, house.config.monitor.points, brand_id=finding.brand(session, brand).id)
        show(result.rows(), as_json=json)
        if not json:
            console.print(result.summary())


@geo.command()
def install(file: Annotated[Path, typer.Argument(help="MMDB file: DB-IP City Lite or MaxMind City.")]) -> None:
    """Check a database that places IP addresses, and put it where Otklik finds it."""
    from monitor import geo as places

    config = configured()
    try:
        console.print(f"Installed {places.install(file, config.var)}.")
    except (OSError, ValueError) as error:
        fail(str(error))
