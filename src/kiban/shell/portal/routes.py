"""The URL table of the residents' entrance."""

from __future__ import annotations

from kiban.shell.portal import back_channel, cases, home, plan, records, sign_in
from kiban.shell.routes import MACHINE, PUBLIC, RESIDENT, Route

BOTH, POST = ("GET", "POST"), ("POST",)

ROUTES = (
    Route("", "home", home.home, PUBLIC),
    Route("sign-in", "sign_in", sign_in.sign_in, PUBLIC, BOTH),
    Route("card/back", "card_back", sign_in.card_back, PUBLIC),
    Route("card/requests/<str:handle>", "card_asked", back_channel.asked, MACHINE),
    Route("card/requests/<str:handle>/answer", "card_answered", back_channel.answered, MACHINE, POST),
    Route("sign-out", "sign_out", sign_in.sign_out, RESIDENT, POST),
    Route("signed-out", "signed_out", sign_in.signed_out, PUBLIC),
    Route("begin/<slug:bundle>", "begin", plan.begin, RESIDENT),
    Route("drafts/<slug:draft>", "plan", plan.plan, RESIDENT, BOTH, keeps=True),
    Route("drafts/<slug:draft>/signed", "signed", plan.signed, RESIDENT),
    Route("drafts/<slug:draft>/discard", "discard", plan.discard, RESIDENT, POST),
    Route("receipts/<slug:receipt>", "receipt", plan.receipt, RESIDENT),
    Route("receipts/<slug:receipt>/file", "receipt_file", plan.receipt_file, RESIDENT),
    Route("cases", "cases", cases.cases, RESIDENT),
    Route("cases/<slug:case>", "case", cases.case, RESIDENT, BOTH, keeps=True),
    Route("cases/<slug:case>/withdraw", "withdraw", cases.withdraw, RESIDENT, POST),
    Route("cases/<slug:case>/letters/<slug:letter>", "letter", cases.letter, RESIDENT),
    Route("notices", "notices", records.notices, RESIDENT),
    Route("notices/<slug:notice>", "notice", records.notice, RESIDENT),
    Route("who-looked", "looked", records.looked, RESIDENT),
    Route("who-looked/<slug:look>/file", "look_file", records.look_file, RESIDENT),
    Route("my-data", "my_data", records.my_data, RESIDENT),
)
