"""The same ledger in PostgreSQL."""

from __future__ import annotations

import pytest

import postgres
from kiban.ledger import Log, check_receipt, verify
from kiban.ledger.errors import KeyTaken
from kiban.ledger.store.postgres import PostgresStore
from unit.ledger.conftest import SIGNER, draft

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not postgres.installed(), reason="no PostgreSQL server is installed here"),
]


@pytest.fixture(scope="module")
def server() -> str:
    return postgres.start()


def test_a_log_in_postgresql(server: str) -> None:
    log = Log(PostgresStore(server, schema="agency_302015"), SIGNER)
    log.append([draft(i) for i in range(50)], writes=[("CREATE TABLE other (x TEXT)", ())])
    log.append([draft(50)], writes=[("INSERT INTO other VALUES (?)", ("y",))])
    assert log.append([draft(3)])[0].index == 3
    with pytest.raises(KeyTaken):
        log.append([draft(3, subject="another")])
    log.erase([4], at=1, reason="retention is over")

    assert check_receipt(log.receipt(7), SIGNER.verifier).content["enquiry"] == "e7"
    assert [entry.index for entry in log.store.by_subject("person1", since=0, limit=2)] == [49, 46]
    log.store.close()

    again = Log(PostgresStore(server, schema="agency_302015"), SIGNER)
    result = verify(again.store, SIGNER.verifier)
    assert result.holds, str(result)
    assert (result.entries, result.erased) == (52, 1)
    again.append([draft(60)])
    again.store.close()


def test_a_changed_row_in_postgresql_is_found(server: str) -> None:
    store = PostgresStore(server, schema="agency_302023")
    log = Log(store, SIGNER)
    log.append([draft(i) for i in range(10)])
    store._connection.execute("UPDATE entries SET body = 'x' WHERE idx = 6")

    findings = verify(store, SIGNER.verifier).findings

    assert [str(finding.where) for finding in findings] == ["record entry 6, field body"]
    store.close()
