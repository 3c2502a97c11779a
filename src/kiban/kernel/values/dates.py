"""Dates as law and registers have them: 西暦, 和暦 with its limits, 年度, unknown day or month."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import ClassVar, Self

from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadDate, BadValue
from kiban.kernel.values.forms import HYPHENS, OneColumn, quoted, typed
from kiban.kernel.values.numbers import kanji_to_int

# Name, letter, first day (元号を改める政令; 明治 in the solar calendar from 明治6年1月1日, 明治5年太政官布告337号).
ERAS = (
    ("令和", "R", dt.date(2019, 5, 1)),
    ("平成", "H", dt.date(1989, 1, 8)),
    ("昭和", "S", dt.date(1926, 12, 25)),
    ("大正", "T", dt.date(1912, 7, 30)),
    ("明治", "M", dt.date(1868, 1, 25)),
)
SOLAR_FROM = dt.date(1873, 1, 1)
_BY_NAME = {key: era for era in ERAS for key in (era[0], era[1], era[0][0])}
_KANJI = "一二三四五六七八九十〇零廿卅壱弐参拾"
_YEAR = rf"(?:(?P<era>令和|平成|昭和|大正|明治|[RHSTM令平昭大明])[.\s]*)?(?P<year>元|[\d{_KANJI}百千]+)"
_NUMBER = rf"[\d{_KANJI}]+"
_WRITTEN = re.compile(rf"{_YEAR}\s*年(?:\s*(?P<month>{_NUMBER})\s*月(?:\s*(?P<day>{_NUMBER})\s*日)?)?")
_SHORT = rf"(?:\d{{1,2}}|[{_KANJI}]{{1,3}})"
_SEPARATED = re.compile(rf"{_YEAR}(?P<sep>[-/.・]|\s+)\s*(?P<month>{_SHORT})(?:(?P=sep)\s*(?P<day>{_SHORT}))?")
_COMPACT = re.compile(r"(?P<era>[RHSTM])?(?P<year>\d{4}|(?<=[RHSTM])\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_UNKNOWN = re.compile(r"\s*(頃|以下)?\s*(不詳|\(月?日?不詳\))$")
_AROUND = re.compile(
    r"^西暦\s*|\s*(生(まれ)?|現在|時点|付け?)$|(?<=\d)\.$|(?<=\d)[T\s]\s*0?0:00(:00(\.0+)?)?(\+09:00)?$"
)
_WEEKDAY = re.compile(r"\s*\(([月火水木金土日])(曜日?)?\)$|\s*([月火水木金土日])曜日?$")
_BOTH = re.compile(r"(?P<one>[^()年]+)年?\((?P<other>[^()年不]+)年?\)年?(?P<rest>.*)")
_TWICE = re.compile(r"(?P<one>[^()]+)\((?P<other>[^()不]*\d[^()不]*)\)")
_YEAR_ALONE = re.compile(rf"{_YEAR}\s*年?")
_EMPTY = re.compile(r"(?<=年)\s*月\s*日$|(?<=月)\s*日$")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate(OneColumn):
    """A date whose day, month or year may be unknown, as the resident register holds dates of birth (不詳).

    Normal form: ``1945-08-15``; unknown parts are ``00`` as in 住基ネット (``1945-08-00``, ``1945-00-00``,
    ``0000-00-00``); 99 for an unknown part (GIF DS-441) is read.
    """

    year: int = 0
    month: int = 0
    day: int = 0
    gif: ClassVar[str] = "年月日"

    def __post_init__(self) -> None:
        known = (bool(self.year), bool(self.month), bool(self.day))
        if known != tuple(sorted(known, reverse=True)):
            raise BadDate(
                "a known day needs its month, a known month its year",
                where=Where(field="日付"),
                remedy="write 00 also for what is smaller than the unknown",
            )
        try:
            dt.date(self.year or 4, self.month or 1, self.day or 1)
        except (ValueError, OverflowError) as error:
            raise BadDate(
                f"there is no such day: {error}", where=Where(field="日付"), remedy="compare the document"
            ) from None

    @classmethod
    def parse(cls, text: str) -> Self:
        """As :func:`parse_date`."""
        found = parse_date(text)
        return cls(found.year, found.month, found.day)

    @property
    def complete(self) -> dt.date | None:
        """The day, when all of it is known."""
        return dt.date(self.year, self.month, self.day) if self.day else None

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """The first and the last day it can be; an unknown year can be any."""
        if not self.year:
            return dt.date.min, dt.date.max
        first = dt.date(self.year, self.month or 1, self.day or 1)
        if self.day:
            return first, first
        after = (self.year, self.month + 1) if self.month and self.month < 12 else (self.year + 1, 1)
        last = dt.date(*after, 1) - dt.timedelta(days=1) if after[0] <= dt.MAXYEAR else dt.date.max
        return first, last

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}-{self.day:02}"


def parse_date(text: str, *, strict: bool = False) -> PartialDate:
    """What people write: 令和6年5月1日 · R6.5.1 · ２０２４／５／１ · 20240501 · 平成元年十二月三日 · 昭和20年不詳.

    The calendar year in which an era changes is taken whole under both names (平成31年12月 and 令和元年1月 are 2019),
    as papers have it; no year beyond that. ``strict`` also refuses a day on which the era was not: 平成31年5月1日.
    A weekday in brackets and a year or date in both calendars (2024（令和6）年) must agree with the rest; 現在, 時点
    and 付け behind a date say nothing.

    Raises:
        BadDate: no such form, no such day, an era's limit, or 明治5年 and earlier (a lunar calendar).
    """
    try:
        plain = _plain(text)
        weekday = _WEEKDAY.search(plain)
        bare = plain[: weekday.start()] if weekday else plain
        both = _BOTH.fullmatch(bare)
        written = [f"{both[name]}年{both['rest']}" for name in ("one", "other")] if both else [bare]
        if not both and (twice := _TWICE.fullmatch(bare)):
            written = [twice["one"].strip(), _second(twice["other"].strip(), first=twice["one"])]
        found = [_read(one, text, strict=strict) for one in written]
        if weekday:
            _on_weekday(weekday[1] or weekday[3], found[0])
        if found[0] != found[-1]:
            raise BadDate(f"{found[0]} and {found[-1]} are two dates", remedy="compare the two years")
        return found[0]
    except BadValue as error:
        raise BadDate(error.what, where=Where(field="日付"), remedy=error.remedy) from None


def _second(other: str, *, first: str) -> str:
    """The date in the other calendar; of 昭和50年3月1日（1975） the month and the day of the first."""
    rest = first.partition("年")[2]
    return f"{other.removesuffix('年')}年{rest}" if rest and _YEAR_ALONE.fullmatch(other) else other


def _plain(text: str) -> str:
    """In half width, one kind of hyphen, 不詳 for 不明, without 西暦, 生まれ and the midnight of spreadsheets."""
    plain = typed(text, field="日付").upper().translate(HYPHENS)
    if "不" in plain:
        plain = re.sub("不詳(?=[月日])", "", plain.replace("不明", "不詳"))
    return _AROUND.sub("", plain)


def _read(plain: str, text: str, *, strict: bool) -> PartialDate:
    if "".join(plain.split()) in {"不詳", "年月日不詳", "生年月日不詳", "不詳年月日"}:
        return PartialDate()
    bare = _EMPTY.sub("", _UNKNOWN.sub("", plain)).strip()
    found = _WRITTEN.fullmatch(bare) or _SEPARATED.fullmatch(bare) or _COMPACT.fullmatch(bare)
    if found is None and re.fullmatch(r"\d{4}", bare) and bare != plain:
        return PartialDate(int(bare))
    if found is None:
        why, remedy = next(((why, remedy) for form, why, remedy in _NO_DATES if form.search(plain)), ("", FORM))
        raise BadDate(f"{quoted(text)} is no date{why}", remedy=remedy)
    made = _made(found)
    if made.day and _UNKNOWN.search(plain):
        raise BadDate("the day is both known and unknown", remedy="leave 不詳 out, or the day")
    if strict:
        _within(found["era"], made)
    return made


FORM = "write it as 2024-05-01 or 令和6年5月1日"
_NO_DATES = (
    (re.compile(r"^\d{5}(\.\d+)?$"), ": it may be a spreadsheet's count of days", "give the column the form of a date"),
    (
        re.compile("^(慶応|元治|文久|万延|安政|嘉永|弘化|天保|文政)"),
        " of the solar calendar",
        "use a table of the old calendar",
    ),
    (re.compile(r"[~〜]|から|まで"), ": it is a period", "write one day"),
    (
        re.compile("頃|吉日|[上中下]旬|末日?$|[春夏秋冬]$"),
        ": it is no certain day",
        "write the day, or 不詳 for what is unknown",
    ),
    (re.compile(r"[\dT\s]\d{1,2}([:時]\d|時$)"), ": it has a time of day", "write the day alone"),
    (re.compile(r"^\d{1,2}/\d{1,2}/\d{4}$"), ": day and month cannot be told apart", FORM),
)


def _on_weekday(name: str, part: PartialDate) -> None:
    day = part.complete
    if day is None or "月火水木金土日"[day.weekday()] != name:
        raise BadDate(f"{part} is no {name}曜日", remedy="compare the day and the weekday")


def _within(written: str | None, part: PartialDate) -> None:
    """The era was there on some day that the date can be."""
    era = _BY_NAME.get(written or "")
    if era is None:
        return
    first, last = part.span
    after = min((later[2] for later in ERAS if later[2] > era[2]), default=dt.date.max)
    if last < era[2] or first >= after:
        raise BadDate(f"{part} is not in {era[0]}", remedy=f"write {wareki(part)}, or the western calendar")


# GIF DS-441 8.4: 99 and 9999 where a part is not known (00 in 住基ネット).
_NOT_KNOWN = {"99": "0", "九九": "0"}


def _made(found: re.Match[str]) -> PartialDate:
    year = 1 if found["year"] == "元" else kanji_to_int(found["year"])
    month, day = (kanji_to_int(_NOT_KNOWN.get(part, part)) for part in (found["month"] or "0", found["day"] or "0"))
    era = _BY_NAME.get(found["era"] or "")
    if era is None:
        if found["year"] == "元":
            raise BadDate("元年 of which era?", remedy="write the era")
        if year and not (year <= 9999 and len(found["year"]) >= 4):
            raise BadDate("the year has no era", remedy="write four digits, or the era")
        return PartialDate(0 if year == 9999 and not month else year, month, day)
    return PartialDate(_western(era, year), month, day)


def _western(era: tuple[str, str, dt.date], year: int) -> int:
    western = era[2].year + year - 1
    last = next((later[2].year for later in reversed(ERAS) if later[2] > era[2]), dt.MAXYEAR)
    if year < 1:
        raise BadDate(f"{era[0]}{year}年 does not exist", remedy="the first year is 元年")
    if western > last:
        if western > dt.MAXYEAR:
            raise BadDate(f"no year of {era[0]} has {len(str(year))} digits", remedy="write the year of the era")
        same = f"if {western} is meant, it is {wareki(PartialDate(western, 12, 31))[:-6]}"
        raise BadDate(f"{era[0]}{year}年 does not exist", remedy=same)
    if western < SOLAR_FROM.year:
        raise BadDate(
            "before 明治6年 dates are of the lunar calendar", remedy="convert it by a table of the old calendar"
        )
    return western


def parse_day(text: str) -> dt.date:
    """As :func:`parse_date`, and complete.

    Raises:
        BadDate: also when the day or month is unknown.
    """
    day = parse_date(text).complete
    if day is None:
        raise BadDate("the day is not known", where=Where(field="日付"), remedy="write year, month and day")
    return day


def wareki(date: dt.date | PartialDate) -> str:
    """In the Japanese calendar: 令和元年5月1日; what is unknown is left out with 不詳.

    Where an era begins within an unknown part, the era of its first day stands.

    Raises:
        BadDate: before 明治6年1月1日, or without a year.
    """
    part = PartialDate(date.year, date.month, date.day) if isinstance(date, dt.date) else date
    first = part.span[0]
    if not part.year or first < SOLAR_FROM:
        raise BadDate(f"{part} has no date in the solar Japanese calendar", remedy="show it in the western calendar")
    name, _, start = next(era for era in ERAS if era[2] <= first)
    year = part.year - start.year + 1
    written = f"{name}{'元' if year == 1 else year}年"
    if not part.month:
        return f"{written}月日不詳"
    return f"{written}{part.month}月" + (f"{part.day}日" if part.day else "日不詳")


def fiscal_year(day: dt.date) -> int:
    """会計年度 (財政法 11条, 地方自治法 208条): 1 April to 31 March, by the year of its April."""
    return day.year if day.month >= 4 else day.year - 1


def parse_fiscal_year(text: str) -> int:
    """令和6年度 · R6年度 · 2024年度 · ２０２４ · 2024（令和6）年度 → 2024; 平成31・令和元年度 → 2019.

    Raises:
        BadDate: it is no fiscal year, or two.
    """
    plain = typed(text, field="年度").upper().removeprefix("FY").removeprefix("西暦")
    parts = [part for part in _BETWEEN.split(plain) if part not in {"", "年", "年度"}]
    found = [re.fullmatch(rf"{_YEAR}\s*(年度?)?", part) for part in parts]
    try:
        years = {parse_date(f"{one['era'] or ''}{one['year']}年").year for one in found if one}
    except BadDate as error:
        raise BadDate(error.what, where=Where(field="年度"), remedy=error.remedy) from None
    if None in found or len(years) != 1:
        what = "two fiscal years" if len(years) > 1 else "no fiscal year"
        raise BadDate(f"{quoted(text)} is {what}", where=Where(field="年度"), remedy="write 令和6年度 or 2024")
    return years.pop()


_BETWEEN = re.compile(r"\s*[()・/]\s*|^\s+|\s+$")
