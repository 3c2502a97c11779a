"""The URL table of the officers' entrance."""

from __future__ import annotations

from kiban.shell.console import counter, links, offers, payments, views, visits
from kiban.shell.routes import PUBLIC, Route, staff

BOTH, POST = ("GET", "POST"), ("POST",)
PAY = staff("payments", "approver")
DESK = staff("counter", "officer")
LINKS, SEARCH, COUNTS = staff("linkage"), staff("linkage", "searcher"), staff("linkage", "inspector", "auditor")

ROUTES = (
    Route("console/sign-in", "staff_sign_in", views.sign_in, PUBLIC, BOTH),
    Route("console/sign-out", "staff_sign_out", views.sign_out, staff(), POST),
    Route("console/signed-out", "staff_signed_out", views.signed_out, PUBLIC),
    Route("console", "console", views.inbox, staff()),
    Route("console/cases/<slug:case>", "office_case", views.case, staff(), BOTH, keeps=True),
    Route("console/cases/<slug:case>/letters/<slug:letter>", "office_letter", views.letter, staff()),
    Route("console/visits", "visits", visits.visits, DESK),
    Route("console/statistics", "statistics", views.statistics, staff()),
    Route("console/payments", "payments", payments.payments, PAY, BOTH),
    Route("console/payments/runs/<number:run>", "payment_run", payments.run, PAY, BOTH, keeps=True),
    Route("console/payments/runs/<number:run>/file", "payment_file", payments.file, PAY, POST),
    Route("console/offers", "offers", offers.offers, DESK, BOTH),
    Route("console/offers/<slug:number>", "offer", offers.offer, DESK, BOTH, keeps=True),
    Route("console/links", "links", links.links, LINKS),
    Route("console/links/corrections", "link_corrections", links.corrections, LINKS, POST),
    Route("console/links/search", "link_search", links.search, SEARCH, BOTH),
    Route("console/links/progress", "link_progress", links.progress, COUNTS),
    Route("console/links/progress/file", "link_progress_file", links.progress_file, COUNTS),
    Route("console/links/<number:item>", "link", links.link, LINKS, BOTH, keeps=True),
    Route("console/links/<number:item>/letters/<slug:who>", "link_letter", links.letter, LINKS),
    Route("console/counter", "counter", counter.counter, staff("counter")),
    Route("console/counter/begin", "counter_begin", counter.begin, staff("counter"), POST),
    Route("console/counter/end", "counter_end", counter.end, staff("counter"), POST),
)
