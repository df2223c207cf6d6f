"""Import a CSV file into a source: upload, preview with the meaning of each column, import, report."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, HTTPException, UploadFile
from starlette.datastructures import FormData
from starlette.responses import Response

from connectors import csv_file
from connectors.csv_columns import NAMES
from connectors.errors import N_, ConnectorError
from inbox import csv_import, uploads
from inbox.access import Visitor, Writer
from inbox.csv_import import Report
from inbox.pages.source import of
from inbox.render import page
from inbox.source_forms import sent, words_of

router = APIRouter()
GONE = N_("The uploaded file is not here any more. Upload it again.")


@router.post("/sources/{source_id:int}/file")
def upload(visitor: Writer, source_id: int, file: Annotated[UploadFile, File()]) -> Response:
    """Keep the file and show what it would bring; nothing is stored in the inbox yet."""
    data = file.file.read()
    return _preview(visitor, source_id, uploads.keep(visitor.house.config, data), data, None)


@router.post("/sources/{source_id:int}/file/{name}")
def decide(visitor: Writer, source_id: int, name: str, form: Annotated[FormData, Depends(sent)]) -> Response:
    """With the chosen columns: show the preview again, or import."""
    data = uploads.read(visitor.house.config, name)
    if data is None:
        return _page(visitor, source_id, problem=visitor.words._(GONE), status=410)
    given = words_of(form)
    mapping = {field: given[f"column-{field}"] for field in NAMES if given.get(f"column-{field}")}
    if given.get("act") != "import":
        return _preview(visitor, source_id, name, data, mapping)
    try:
        report = csv_import.items(visitor.house, str(source_id), data, visitor.now, mapping=mapping)
    except ConnectorError as error:
        return _page(visitor, source_id, problem=visitor.words.says(error.key, error.facts), status=422)
    uploads.forget(visitor.house.config, name)
    return _page(visitor, source_id, report=report)


def _preview(visitor: Visitor, source_id: int, name: str, data: bytes, mapping: dict[str, str] | None) -> Response:
    try:
        shown = csv_file.preview(data, mapping)
        report = csv_import.items(visitor.house, str(source_id), data, visitor.now, dry_run=True,
                                  mapping=shown.mapping)
    except ConnectorError as error:
        return _page(visitor, source_id, problem=visitor.words.says(error.key, error.facts), status=422)
    return _page(visitor, source_id, report=report, shown=shown, name=name)


def _page(visitor: Visitor, source_id: int, *, report: Report | None = None, shown: csv_file.Preview | None = None,
          name: str = "", problem: str = "", status: int = 200) -> Response:
    with visitor.house.db.read() as session:
        source = of(session, source_id)
    if source.kind != csv_file.CsvFile.kind:
        raise HTTPException(404)
    lines = report.refused if report else []
    refused = [(line.line_number, visitor.words.says(line.key, line.facts)) for line in lines]
    return page(visitor, "source_file.html", status=status, nav="sources", source=source, report=report, shown=shown,
                upload=name, problem=problem, refused=refused[:100], more=max(0, len(refused) - 100), names=NAMES)
