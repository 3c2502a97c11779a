"""From the national peer's cases (OpenFisca-Japan's words for facts and results) to questions to our rule files.

``homes`` reads a case: its households and persons, and how what they leave open is closed. ``common`` makes pairs of
values, ``household`` and ``persons`` know incomes and who depends on whom. Then one module a field of law; each gives
``ASKED``, from the peer's name of a result to the pairs of our value and theirs.
The words are the peer's names of facts; no case and no text of it stands here. Where a case does not give what the law
asks for, a function says how the gap is closed, or answers ``UNKNOWN``. The table of the mapping stands in
docs/programmes.md.
"""

from kiban.rules.peers.files import Mapped
from kiban.rules.peers.mapping import (
    allowances,
    assistance,
    assistance_more,
    disability,
    education,
    insurance,
    relief,
    tax,
    tokyo,
)

ASKED: dict[str, Mapped] = {
    **assistance.ASKED,
    **assistance_more.ASKED,
    **allowances.ASKED,
    **disability.ASKED,
    **tokyo.ASKED,
    **insurance.ASKED,
    **tax.ASKED,
    **education.ASKED,
    **relief.ASKED,
}
