"""Bank files: bytes as the record layout asks, read back the same, every fault with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiban.benefits.payments import (
    RULES,
    Batch,
    Payer,
    Transfer,
    TransferKind,
    check,
    clip,
    directory,
    kana,
    key_of,
    narrow,
    parts_of,
    party,
    read,
    shorten,
    write,
)
from kiban.benefits.payments.errors import BadPaymentFile, BadTransfer, NotBankKana, TooManyTransfers, UnknownBank

PAYER = Payer(
    code="1234567890", name="ﾜｶﾔﾏｼ", bank="9999", bank_name="ﾀﾒｼ", branch="001", branch_name="ﾎﾝﾃﾝ", kind="1",
    number="0001234",
)  # fmt: skip
ONE = Transfer(
    bank="9999", bank_name="ﾀﾒｼ", branch="002", branch_name="ﾆｼ", kind="1", number="7654321", holder="ｶｲﾅﾝ ﾊﾅｺ",
    yen=35_000, key=key_of(1, 1),
)  # fmt: skip
BATCH = Batch(kind=TransferKind.GENERAL, day="1210", payer=PAYER, transfers=(ONE,))

# written by hand from the record layout: each line is one field
GOLDEN = (
    b"1" b"21" b"0" b"1234567890" b"\xdc\xb6\xd4\xcf\xbc" + b" " * 35 + b"1210" b"9999" b"\xc0\xd2\xbc" + b" " * 12
    + b"001" b"\xce\xdd\xc3\xdd" + b" " * 11 + b"1" b"0001234" + b" " * 17 + b"\r\n"
    b"2" b"9999" b"\xc0\xd2\xbc" + b" " * 12 + b"002" b"\xc6\xbc" + b" " * 13 + b"0000" b"1" b"7654321"
    b"\xb6\xb2\xc5\xdd \xca\xc5\xba" + b" " * 22 + b"0000035000" b"0" b"0000000010000000001" b"6" b"7" b"Y"
    + b" " * 7 + b"\r\n"
    b"8" b"000001" b"000000035000" + b" " * 101 + b"\r\n"
    b"9" + b" " * 119 + b"\r\n"
)  # fmt: skip


def test_the_bytes_are_those_of_the_record_layout() -> None:
    assert write(BATCH) == GOLDEN
    assert {len(line) for line in GOLDEN.split(b"\r\n")[:-1]} == {120}
    assert read(GOLDEN) == (BATCH,)
    assert list(check(GOLDEN)) == []


@pytest.mark.parametrize(
    ("name", "half"),
    [
        ("ジョウノウチ ヨーコ", "ｼﾞﾖｳﾉｳﾁ ﾖ-ｺ"),
        ("パッタ　ヴィー", "ﾊﾟﾂﾀ ｳﾞｲ-"),
        ("きゃりー", "ｷﾔﾘ-"),
        ("ＡＢＣ123ｘ", "ABC123X"),
        ("ｶﾞｯｺｳ", "ｶﾞﾂｺｳ"),
        ("カ゛", "ｶﾞ"),
    ],
)
def test_names_as_banks_take_them(name: str, half: str) -> None:
    assert narrow(name) == half


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("カブシキガイシャキバン", "カ)キバン"),
        ("キバンカブシキガイシャ", "キバン(カ"),
        ("キバンカブシキガイシャワカヤマ", "キバン(カ)ワカヤマ"),
        ("株式会社キバン", "カ)キバン"),
        ("シャカイフクシホウジンキバン", "フク)キバン"),
        ("（有）キバン", "ユ)キバン"),
        ("キバン", "キバン"),
    ],
)
def test_legal_forms_are_shortened(name: str, short: str) -> None:
    assert shorten(name) == short


def test_a_kanji_is_never_guessed() -> None:
    with pytest.raises(NotBankKana) as refused:
        narrow("カイナン花子")
    assert refused.value.where.column == 5
    with pytest.raises(NotBankKana):
        party("タロウ,ハナコ")
    with pytest.raises(NotBankKana):
        party("ABC タロウ", salary=True)
    with pytest.raises(NotBankKana):
        party("アﾞ")


@given(st.text(alphabet=st.sampled_from(kana.KATAKANA + "ー "), max_size=40))
def test_a_cut_never_parts_a_kana_from_its_mark(name: str) -> None:
    half = narrow(name)
    short = clip(half, 30)
    assert len(short) <= 30
    assert kana.loose_mark(short) is None
    rest = half[len(short) :].lstrip()
    assert not rest.startswith(("ﾞ", "ﾟ"))


BASE = st.text(alphabet=st.sampled_from(kana.HALF + kana.DIGITS + " "), max_size=30).map(str.strip)
NAMES = BASE.filter(bool)
DIGIT = st.sampled_from("0123456789")


def digits(width: int) -> st.SearchStrategy[str]:
    return st.text(alphabet=DIGIT, min_size=width, max_size=width)


TRANSFERS = st.builds(
    Transfer,
    bank=digits(4).filter(lambda code: code != "0000"),
    bank_name=NAMES.map(lambda name: name[:15].strip()),
    branch=digits(3),
    branch_name=NAMES.map(lambda name: name[:15].strip()),
    kind=st.sampled_from("1249"),
    number=digits(7),
    holder=NAMES,
    yen=st.integers(1, 9_999_999_999),
    key=st.just(""),
)
BATCHES = st.builds(
    Batch,
    kind=st.sampled_from(TransferKind),
    day=st.dates().map(lambda day: f"{day:%m%d}"),
    payer=st.just(PAYER),
    transfers=st.lists(TRANSFERS, min_size=1, max_size=6).map(
        lambda found: tuple(replace(one, key=key_of(7, line)) for line, one in enumerate(found, 1))
    ),
)


@given(BATCHES, st.sampled_from((b"\r\n", b"\n", b"")))
def test_what_is_written_is_read_the_same_and_sums_hold(batch: Batch, newline: bytes) -> None:
    written = write(batch, newline=newline)
    assert read(written) == (batch,)
    trailer = written.split(newline)[-3] if newline else written[-240:-120]
    assert int(trailer[1:7]) == len(batch.transfers)
    assert int(trailer[7:19]) == sum(transfer.yen for transfer in batch.transfers)


@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused_by_name(data: bytes) -> None:
    with pytest.raises(BadPaymentFile):
        read(data)


@given(st.lists(st.tuples(st.integers(0, len(GOLDEN) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_damaged_files_are_refused_or_say_what_they_say(damage: list[tuple[int, int]]) -> None:
    body = bytearray(GOLDEN)
    for place, byte in damage:
        body[place] = byte
    faults = list(check(bytes(body)))
    assert all(fault.rule in RULES and fault.line > 0 and 1 <= fault.byte <= 121 for fault in faults)
    if faults:
        with pytest.raises(BadPaymentFile):
            read(bytes(body))
    else:
        assert b"".join(map(write, read(bytes(body))))[:1] == b"1"


def damaged(line: int, byte: int, new: bytes) -> bytes:
    at = (line - 1) * 122 + byte - 1
    return GOLDEN[:at] + new + GOLDEN[at + len(new) :]


FAULTS = [
    ("Z01", 1, 121, GOLDEN[:120] + b"x" + GOLDEN[120:]),
    ("Z02", 2, 1, damaged(2, 1, b"5")),
    ("Z03", 1, 1, GOLDEN[122:]),
    ("Z04", 2, 81, damaged(2, 81, b"x")),
    ("Z05", 1, 2, damaged(1, 2, b"99")),
    ("Z06", 1, 55, damaged(1, 55, b"0230")),
    ("Z07", 2, 51, damaged(2, 51, b"a")),
    ("Z08", 2, 51, damaged(2, 51, b"\xac")),
    ("Z08", 2, 52, damaged(2, 52, b"\xb0")),
    ("Z09", 2, 51, damaged(2, 51, b"\xde")),
    ("Z10", 2, 51, damaged(2, 51, b" ")),
    ("Z11", 4, 120, damaged(4, 120, b"0")),
    ("Z12", 2, 81, damaged(2, 81, b"0" * 10)),
    ("Z13", 2, 2, damaged(2, 2, b"0000")),
    ("Z14", 3, 2, damaged(3, 2, b"000002")),
    ("Z15", 3, 8, damaged(3, 8, b"000000035001")),
    ("Z17", 2, 1, GOLDEN[:122] + GOLDEN[244:]),
    ("Z18", 3, 1, GOLDEN[: 122 * 3]),
    ("Z19", 5, 1, GOLDEN + GOLDEN[:122]),
    ("Z20", 1, 1, GOLDEN.replace(b"\r\n", b"\n", 1)),
    ("Z21", 1, 1, b""),
    ("Z22", 3, 92, GOLDEN[:244] + GOLDEN[122:]),
    ("Z23", 2, 51, damaged(2, 51, b" " * 30)),
    ("Z26", 2, 92, damaged(2, 92, b"A").replace(b"Y", b" ")),
]


@pytest.mark.parametrize(("rule", "line", "byte", "data"), FAULTS)
def test_each_rule_names_line_and_byte(rule: str, line: int, byte: int, data: bytes) -> None:
    assert (rule, line, byte) in {(found.rule, found.line, found.byte) for found in check(data)}


def test_every_rule_of_a_transfer_file_has_a_fault_here() -> None:
    elsewhere = {"Z16", "Z24", "Z25", "Z27"}
    assert {rule for rule, *_ in FAULTS} | elsewhere == set(RULES)


def test_banks_and_branches_come_from_the_directory() -> None:
    assert directory.names("0001", "001") == ("ﾐｽﾞﾎ", "ﾄｳｷﾖｳ")
    with pytest.raises(UnknownBank):
        directory.names("9999", "001")
    foreign = damaged(2, 2, b"0001")
    assert [found.rule for found in check(GOLDEN, known=directory.known)] == ["Z24"]
    assert [found.rule for found in check(damaged(2, 21, b"998").replace(b"29999", b"20001"), known=directory.known)]
    assert all(found.rule in {"Z24", "Z25"} for found in check(foreign, known=directory.known))


def test_what_does_not_fit_is_refused_not_cut() -> None:
    for wrong in (
        replace(ONE, holder="ｱ" * 31),
        replace(ONE, yen=0),
        replace(ONE, yen=10**10),
        replace(ONE, number="12345678"),
        replace(ONE, bank="12A4"),
        replace(ONE, holder="ｬ"),
        replace(ONE, kind="3"),
    ):
        with pytest.raises(BadTransfer):
            write(replace(BATCH, transfers=(wrong,)))
    with pytest.raises(TooManyTransfers):
        write(replace(BATCH, transfers=()))


@given(st.integers(1, 10**9 - 1), st.integers(1, 10**10 - 1), st.integers(0, 19), st.integers(1, 9))
def test_a_key_misread_in_one_digit_is_not_ours(run: int, line: int, place: int, by: int) -> None:
    key = key_of(run, line)
    assert parts_of(key) == (run, line)
    wrong = key[:place] + str((int(key[place]) + by) % 10) + key[place + 1 :]
    assert parts_of(wrong) is None
