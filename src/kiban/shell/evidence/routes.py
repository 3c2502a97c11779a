"""The URL table of the evidence pages: all public; the files are open data."""

from __future__ import annotations

from kiban.shell.evidence import data, figures, sheets
from kiban.shell.routes import PUBLIC, Route

ROUTES = (
    Route("evidence", "evidence", figures.index, PUBLIC),
    Route("evidence/sheets", "evidence_sheets", sheets.search, PUBLIC),
    Route("evidence/sheets.csv", "evidence_sheets_csv", sheets.download, PUBLIC, open_data=True),
    Route("evidence/sheets/<number:year>/<number:number>", "evidence_sheet", sheets.sheet, PUBLIC),
    Route(
        "evidence/sheets/<number:year>/<number:number>/payees.csv",
        "evidence_sheet_payees",
        sheets.payees_file,
        PUBLIC,
        open_data=True,
    ),
    Route("evidence/payees/<slug:corporate_number>", "evidence_payee", sheets.payee, PUBLIC),
    Route("evidence/quality/<number:year>", "evidence_quality", sheets.quality, PUBLIC),
    Route("evidence/quality/<number:year>.csv", "evidence_quality_file", sheets.quality_file, PUBLIC, open_data=True),
    Route("evidence/indicators", "evidence_indicators", figures.indicators, PUBLIC),
    Route("evidence/indicators/<slug:key>", "evidence_indicator", figures.indicator, PUBLIC),
    Route("evidence/indicators/<slug:key>/map", "evidence_map", figures.indicator_map, PUBLIC),
    Route("evidence/indicators/<slug:key>/ranking", "evidence_ranking", figures.ranking, PUBLIC),
    Route("evidence/indicators/<slug:key>/classes", "evidence_classes", figures.indicator_classes, PUBLIC),
    Route("evidence/indicators/<slug:key>/areas/<slug:area>", "evidence_area", figures.area_page, PUBLIC),
    Route("evidence/data", "evidence_data", data.index, PUBLIC),
    Route("evidence/data/catalogue.jsonld", "evidence_catalogue", data.catalogue_file, PUBLIC, open_data=True),
    Route("evidence/data/<slug:key>.csv", "evidence_data_csv", data.as_csv, PUBLIC, open_data=True),
    Route("evidence/data/<slug:key>.json", "evidence_data_json", data.as_json, PUBLIC, open_data=True),
    Route("evidence/data/<slug:key>.parquet", "evidence_data_parquet", data.as_parquet, PUBLIC, open_data=True),
    Route(
        "evidence/data/<slug:key>.csv-metadata.json",
        "evidence_data_dictionary",
        data.as_dictionary,
        PUBLIC,
        open_data=True,
    ),
    Route("evidence/plans/<str:key>", "evidence_plan", figures.plan, PUBLIC),
    Route("evidence/plans/<str:key>/<str:number>", "evidence_measure", figures.measure, PUBLIC),
)
