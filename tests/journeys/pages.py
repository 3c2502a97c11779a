"""Every page of the URL table in its states: normal, error, empty. A route without a line here fails the tests."""

from __future__ import annotations

from dataclasses import dataclass

from journeys.sample import DESIGNER, OFFICER, RESIDENT
from kiban.shell.principals import NOBODY, Principal


@dataclass(frozen=True)
class State:
    """One page in one state: where it is, whose session, what is pressed there."""

    route: str
    path: str
    who: Principal = NOBODY
    kind: str = "normal"
    press: str = ""
    status: int = 200

    @property
    def name(self) -> str:
        return f"{self.route}-{self.kind}"


STATES = (
    State("home", "/"),
    State("home", "/", RESIDENT, "resident"),
    State("home", "/", kind="empty"),
    State("sign_in", "/sign-in?next=/cases"),
    State("card_back", "/card/back", kind="error", status=404),
    State("signed_out", "/signed-out"),
    State("plan", "/drafts/d1", RESIDENT),
    State("plan", "/drafts/d1", RESIDENT, "empty"),
    State("plan", "/drafts/d1", RESIDENT, "error", press="#plan button[value=sign]", status=422),
    State("plan", "/drafts/d1", RESIDENT, "saved", press="#plan button[value=save]"),
    State("signed", "/drafts/d1/signed", RESIDENT, "error", status=422),
    State("receipt", "/receipts/r1", RESIDENT),
    State("cases", "/cases", RESIDENT),
    State("cases", "/cases", RESIDENT, "empty"),
    State("case", "/cases/c1", RESIDENT),
    State("case", "/cases/c1", RESIDENT, "empty"),
    State("case", "/cases/c1", RESIDENT, "error", press="#answer button", status=422),
    State("case", "/cases/c1", RESIDENT, "survey-error", press="#survey button[value=survey]", status=422),
    State("case", "/cases/c1", RESIDENT, "move-error", press="#move-visit button", status=422),
    State("notices", "/notices", RESIDENT),
    State("notices", "/notices", RESIDENT, "empty"),
    State("notice", "/notices/n1", RESIDENT),
    State("notice", "/notices/n1", RESIDENT, "empty"),
    State("looked", "/who-looked", RESIDENT),
    State("looked", "/who-looked", RESIDENT, "empty"),
    State("my_data", "/my-data", RESIDENT),
    State("my_data", "/my-data?holder=302023&item=resident.basic", RESIDENT, "record"),
    State("my_data", "/my-data", RESIDENT, "empty"),
    State("staff_sign_in", "/console/sign-in"),
    State("staff_sign_in", "/console/sign-in", kind="error", press="#staff-sign-in button", status=422),
    State("console", "/console?page=2", OFFICER),
    State("console", "/console", OFFICER),
    State("console", "/console?number=2026-9", OFFICER, "not-found"),
    State("console", "/console", OFFICER, "empty"),
    State("office_case", "/console/cases/c1", OFFICER),
    State("office_case", "/console/cases/c1", OFFICER, "empty"),
    State("office_case", "/console/cases/c1", OFFICER, "error", press="#act button[value=decide]", status=422),
    State("office_case", "/console/cases/c1", OFFICER, "send-back", press="#send-back button", status=422),
    State("office_case", "/console/cases/c1", OFFICER, "review", press="#review-form button", status=422),
    State("office_case", "/console/cases/c1", OFFICER, "supply", press="#supply button", status=422),
    State("visits", "/console/visits", OFFICER),
    State("visits", "/console/visits", OFFICER, "empty"),
    State("statistics", "/console/statistics", OFFICER),
    State("statistics", "/console/statistics", OFFICER, "empty"),
    State("payments", "/console/payments", OFFICER),
    State("payments", "/console/payments", OFFICER, "empty"),
    State("payments", "/console/payments", OFFICER, "error", press="#freeze button", status=422),
    State("payment_run", "/console/payments/runs/1", OFFICER),
    State("payment_run", "/console/payments/runs/1", OFFICER, "empty"),
    State("payment_run", "/console/payments/runs/1", OFFICER, "error", press="#act button[value=reject]", status=422),
    State("offers", "/console/offers", OFFICER),
    State("offers", "/console/offers", OFFICER, "error", press="#find button", status=422),
    State("offer", "/console/offers/123456789012", OFFICER),
    State("offer", "/console/offers/123456789012", OFFICER, "empty"),
    State("offer", "/console/offers/123456789012", OFFICER, "error", press="#enter button[value=enter]", status=422),
    State("links", "/console/links?page=2", OFFICER),
    State("links", "/console/links", OFFICER, "empty"),
    State("link", "/console/links/1", OFFICER),
    State("link", "/console/links/2", OFFICER, "waiting"),
    State("link", "/console/links/3", OFFICER, "corrected"),
    State("link", "/console/links/4", OFFICER, "informed"),
    State("link", "/console/links/1", OFFICER, "error", press="#act button[value=propose]", status=422),
    State("link", "/console/links/2", OFFICER, "send-back", press="#act button[value=send_back]", status=422),
    State("link_search", "/console/links/search?item=1", OFFICER),
    State("link_search", "/console/links/search?item=1", OFFICER, "found", press="#ask button[value=search]"),
    State("link_search", "/console/links/search", OFFICER, "error", press="#ask button[value=lookup]", status=422),
    State("link_search", "/console/links/search?item=1", OFFICER, "empty", press="#ask button[value=search]"),
    State("link_progress", "/console/links/progress", OFFICER),
    State("link_progress", "/console/links/progress", OFFICER, "empty"),
    State("counter", "/console/counter", OFFICER),
    State("counter", "/console/counter", OFFICER, "empty"),
    State("studio", "/studio", DESIGNER),
    State("studio", "/studio", DESIGNER, "empty"),
    State("pack", "/studio/packs/moving", DESIGNER),
    State("pack", "/studio/packs/moving", DESIGNER, "empty"),
    State("evidence", "/evidence"),
    State("evidence_sheets", "/evidence/sheets", kind="empty"),
    State("evidence_indicators", "/evidence/indicators", kind="empty"),
    State("evidence_data", "/evidence/data", kind="empty"),
    State("evidence_indicator", "/evidence/indicators/none", kind="error", status=404),
    State("registries", "/registries"),
    State("registry_address", "/registries/address"),
    State("registry_address", "/registries/address?q=和歌山県海南市日方1", kind="found"),
    State("registry_address", "/registries/address?q=zz", kind="empty"),
    State("registry_corporations", "/registries/corporations?q=zz", kind="empty"),
    State("registry_corporation", "/registries/corporations/0", kind="error", status=404),
    State("registry_municipalities", "/registries/municipalities?q=海南", kind="found"),
    State("registry_municipalities", "/registries/municipalities?q=zz", kind="empty"),
    State("registry_codes", "/registries/codes"),
    State("registry_codes", "/registries/codes?q=法人番号", kind="found"),
    State("registry_codes", "/registries/codes?q=zz", kind="empty"),
    State("registry_postal", "/registries/postal"),
    State("registry_postal", "/registries/postal?q=640-8157", kind="found"),
    State("registry_postal", "/registries/postal?q=zz", kind="empty"),
    State("help", "/help"),
    State("accessibility", "/accessibility"),
    State("about", "/about"),
    State("(404)", "/nowhere", kind="error", status=404),
    State("(403)", "/console", RESIDENT, "error", status=403),
    State("(404 of a draft)", "/drafts/other", RESIDENT, "error", status=404),
)
NO_PAGE = {
    **dict.fromkeys(
        (
            "evidence_sheet",
            "evidence_payee",
            "evidence_quality",
            "evidence_map",
            "evidence_area",
            "evidence_ranking",
            "evidence_plan",
            "evidence_measure",
        ),
        "only there once evidence is loaded: tests/journeys/test_evidence_pages.py",
    ),
    **dict.fromkeys(
        (
            "evidence_sheets_csv",
            "evidence_sheet_payees",
            "evidence_data_csv",
            "evidence_data_parquet",
            "evidence_data_dictionary",
            "evidence_catalogue",
            "evidence_classes",
            "evidence_quality_file",
            "evidence_data_json",
        ),
        "a file",
    ),
    "begin": "redirects",
    "sign_out": "redirects",
    "discard": "redirects",
    "withdraw": "redirects",
    "staff_sign_out": "redirects",
    "counter_begin": "redirects",
    "counter_end": "redirects",
    "receipt_file": "a file",
    "look_file": "a file",
    "letter": "a PDF",
    "office_letter": "a PDF",
    "payment_file": "a file",
    "link_corrections": "a file",
    "link_progress_file": "a file",
    "link_letter": "a PDF",
    "pack_letter": "a PDF",
}
