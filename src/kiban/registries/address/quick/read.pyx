# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""parse.py for plain lines, compiled: a municipality, its town, numbers, perhaps a building."""

from kiban.registries.address.quick.fold cimport QuickFold, folded
from kiban.registries.address.quick.line cimport (
    SEPARATOR, WIDEST, Line, at_place, chome_in_latin, is_ascii, is_digit, is_kana, is_numeral, letter, spaced, string
)
from kiban.registries.address.quick.places cimport Town, QuickPlaces

from kiban.registries.address.behind import DASHES, DIGITS, ENDS, HINTS, SIGNS, settled
from kiban.registries.address.index import CITY_BASE, SHORT
from kiban.registries.address.model import NO_POINT, OF_CITY, Address

cdef enum:
    LATER = 40  # characters that a town may have
    BEGUN = 3  # characters of a house's name that stand before what is not plain
    NUMBER = 8  # digits and dashes of a telephone number, at least
    END = 1
    SIGN = 2
    HINT = 4
    DASH = 8  # also a digit
    FIGURE = 16


cdef struct Tail:
    bint known
    int end  # where it ends in the folded text
    int count  # of numbers
    int size
    Py_UCS4 block[WIDEST]


cdef class QuickRead:
    """Reads a plain line with the index, towns and ways of an :class:`~kiban.registries.address.parse.Engine`."""

    cdef QuickFold folder
    cdef QuickPlaces places
    cdef object answer, prefixes, get, key, numbered, kyoto
    cdef dict forms, former, lengths, lots, bare
    cdef list cities
    cdef unsigned char marks[0x10000]  # of a plain line's characters: whether a house's name may end or not begin so

    def __init__(self, engine):
        index = engine.index
        self.folder, self.places = QuickFold(index.fold.table), QuickPlaces(engine.towns, index)
        self.answer, self.numbered, self.kyoto = engine.answer, index.blocks.municipalities, engine.towns.kyoto
        self.prefixes, self.get = index.trie.iter_prefixes_with_ids, index.trie.get
        self.forms, self.former, self.lengths = index.forms, index.former_forms, index.lengths
        self.cities, self.lots = index.cities, index.lots
        self.bare, self.key = {}, index.fold.key
        for mark, those in ((END, ENDS), (SIGN, SIGNS), (HINT, HINTS), (DASH, DASHES | DIGITS), (FIGURE, DIGITS)):
            for one in those:
                if <Py_UCS4>one < 0x10000:
                    self.marks[<Py_UCS4>one] |= <int>mark

    def __call__(self, str text):
        """The address, or None when the line is not plain."""
        cdef Line line
        cdef Town town
        cdef Tail tail
        if not self.folder.fold(text, &line) or not self.municipality(&line, &town):
            return None
        key = self.longest(&line, &town)
        if key is None:
            return None
        key = self.chome(&line, &town, key)
        if key is None or onward(&line, town.end):
            return None
        code, prefecture, county, city, ward, _, own_point = <tuple>self.cities[town.city]
        read(&line, town.end, &tail)
        if line.cut and not (tail.known and tail.count and tail.end + BEGUN <= line.size):
            return None
        building = ""
        if tail.end < line.size and tail.known:
            building = text[original(&line, tail.end):].strip(" 　\t\r\n,、")
            if named(text, original(&line, tail.end)):
                return self.slowly(text, &line, &town, key)
        if line.section and text.rstrip().endswith("字"):
            return None
        unsure = (tail.count and code in self.numbered) or (tail.count == 2 and key in self.lots)
        if not tail.known or town.lot or unsure or not self.is_settled(building):
            return self.slowly(text, &line, &town, key)
        name, town_id, point, postal_code = self.places.place(&town, key)
        lat, lon = point or own_point or NO_POINT
        level = (6 if tail.count > 1 else 5) if tail.count else (4 if town.number % 1000 else 3)
        return Address(
            text, level, prefecture, county, city, ward, name, string(tail.block, tail.size), building, "",
            code, town_id, lat, lon, () if point else OF_CITY, postal_code,
        )

    cdef slowly(self, str text, const Line *line, const Town *town, str key):
        """What stands behind the town is read by the engine, when the whole line is there."""
        return None if line.cut else self.answer(folded(text, line), self.places.match(town, key))

    cdef bint is_settled(self, str building):
        """behind.settled, which is asked only about what could be a number or a reading in brackets, or a telephone."""
        cdef Py_ssize_t end = len(building)
        cdef Py_UCS4 one
        if not end:
            return True
        if self.mark(building[0]) & SIGN:
            return False
        while end and building[end - 1] in (u")", u"）"):
            end -= 1
        if not end:
            return False
        one = building[end - 1]
        if not self.mark(one) & END:
            if end < len(building) or not self.mark(one) & FIGURE:
                return False
            if self.is_hinted(building):
                return settled(building)
        if building[0] not in (u"(", u"（"):
            return True
        one = building[1] if len(building) > 1 else 0
        return not (is_digit(one) or is_numeral(one) or 0xFF10 <= one <= 0xFF9F or is_kana(one)) or settled(building)

    cdef bint is_hinted(self, str building):
        """Perhaps it holds what behind._HINT finds."""
        cdef Py_ssize_t at, run = 0
        cdef Py_UCS4 one
        for at in range(len(building)):
            one = building[at]
            run = run + 1 if self.mark(one) & DASH or one.isspace() else 0
            if run >= NUMBER or self.mark(one) & HINT or one >= 0x10000:
                return True
        return False

    cdef inline unsigned char mark(self, Py_UCS4 one) noexcept:
        return self.marks[one] if one < 0x10000 else 0

    cdef bint municipality(self, Line *line, Town *town):
        """The longest name that the line begins with, when one municipality alone has it."""
        cdef int length, start = begins(line)
        if start < 0:
            return False
        for length in <tuple>self.lengths.get(string(&line.text[start], min(4, line.size - start)), SHORT):
            if length > line.size - start:
                continue
            name = string(&line.text[start], length)
            found = self.forms.get(name)
            if found is not None:
                if len(<list>found) != 1:
                    return False
                town.city, town.end = (<list>found)[0], start + length
                if line.text[town.end - 1] in (u"町", u"村") and self.is_bare(name, town.city):
                    return False  # perhaps the name of a town elsewhere
                return town.city not in self.kyoto or not streets(line, town.end)
            if name in self.former:
                return False
        return False

    cdef bint is_bare(self, str name, int city):
        """Whether a municipality stands with neither prefecture nor county."""
        found = self.bare.get(name)
        if found is None:
            found = self.bare[name] = name == self.key(self.cities[city][3])
        return found

    cdef str longest(self, Line *line, Town *town):
        """towns.Towns._longest; None where that weighs how the line goes on."""
        cdef int start = town.end
        cdef Py_UCS4 own = line.text[start - 1]
        cdef Py_ssize_t at
        line.text[start - 1] = <Py_UCS4>(<int>CITY_BASE + town.city)
        text = string(&line.text[start - 1], min(line.size - start, LATER) + 1)
        line.text[start - 1] = own
        names = list(self.prefixes(text))
        at = len(names)
        while at:
            at -= 1
            key, town.key_id = <tuple>names[at]
            town.end = start + len(<str>key) - 1
            if not is_digit(line.text[town.end - 1]):
                break
            if not numbers_on(line, town.end):
                return None
        else:
            return None
        if len(<str>key) < 3 and not alone(line, town.end):
            return None
        town.number = self.places.number(town.key_id)
        town.border = town.head = town.lot = 0
        if town.number % 1000 >= 100:
            town.border, town.head = 1, town.key_id
            while at > 0:
                at -= 1
                head, head_id = <tuple>names[at]
                if self.places.number(head_id) % 1000 < 100:
                    town.border, town.head = len(<str>head), head_id
                    break
        return key

    cdef str chome(self, Line *line, Town *town, str key):
        """The same with a 丁目 written as a bare number, towns.Towns.find; None where that looks for more."""
        cdef Py_UCS4 first = at_place(line, town.end)
        cdef int at = town.end + (first == u"-"), number = 0, digits = 0, its, start
        cdef Py_UCS4 one
        start = town.end - <int>len(key) + 1
        if 0 < town.number % 1000 < 100 or not (is_digit(first) or first == u"-"):
            return key
        while digits < 3 and is_digit(at_place(line, at)):
            number = number * 10 + <int>line.text[at] - 48
            at += 1
            digits += 1
        one = at_place(line, at)
        if chome_in_latin(line, at):
            return None
        if digits in (1, 2) and (one in (u"-", u"ノ") or (not town.number and one in (0, SEPARATOR))):
            full = f"{key}{number}丁"
            found = self.get(full)
            if found is not None:
                its = self.places.number(found)
                if its % 1000 >= 100 and town.number % 1000 >= 100:
                    return None
                if its % 1000 < 100 and (its != town.number or three(line, town.end)):
                    if town.number and line.section:
                        return None
                    town.key_id, town.number, town.end = found, its, at + (one in (u"-", u"ノ"))
                    town.border = town.head = 0
                    return full
        if first == u"-" and one == u"丁":
            return None
        if digits in (1, 2) and one not in (0, u"-", u"ノ") and self.get(f"{key}{number}丁") is not None:
            if self.cities[town.city][0] < "02":
                return None
            town.lot = True
        if first == u"-" or (town.number and self.cities[town.city][0] >= "02") or not partly(line, start):
            return key
        return None


cdef bint three(const Line *line, int at) noexcept:
    """Three numbers follow, joined by dashes: towns._THREE."""
    cdef int part, digits
    at += at_place(line, at) == u"-"
    for part in range(3):
        digits = 0
        while digits < 2 + part % 2 and is_digit(at_place(line, at)):
            at += 1
            digits += 1
        if not digits:
            return False
        if part < 2:
            if at_place(line, at) != u"-":
                return False
            at += 1
    return True


cdef int begins(const Line *line) noexcept:
    """Where the address begins: at once, or behind a postal code (parse._POST); -1 where that is not plain."""
    cdef int start = at_place(line, 0) == u"〒", at = start, dash = 0
    if at_place(line, 0) == u"郵" or (at_place(line, 0) == u"日" and at_place(line, 1) == u"本"):
        return -1
    while is_digit(at_place(line, at)) or (at == start + 3 and not dash and at_place(line, at) == u"-"):
        dash |= line.text[at] == u"-"
        at += 1
    if at - start == 7 + dash and at_place(line, at) != u"-":
        return at + (at_place(line, at) == SEPARATOR)
    return -1 if start or dash or at > 7 else 0


cdef bint streets(const Line *line, int at) noexcept:
    """Kyoto: perhaps a street is named."""
    for at in range(at, line.size):
        if line.text[at] in (u"上", u"下", u"入", u"通"):
            return True
    return False


cdef bint numbers_on(const Line *line, int at) noexcept:
    """The digit before it belongs to a number, not to the name of a town: towns.Towns._stands."""
    cdef Py_UCS4 one = at_place(line, at)
    return is_digit(one) or one in (u"番", u"号", u"丁", u"ノ", u"-")


cdef bint alone(const Line *line, int at) noexcept:
    """A town of one character ends here: towns._AFTER_ONE."""
    cdef Py_UCS4 one = at_place(line, at)
    return is_digit(one) or one in (0, u"-", u"ノ", SEPARATOR, u"番", u"甲", u"乙", u"丙", u"丁")


cdef bint partly(const Line *line, int at) noexcept:
    """Perhaps 条 or 丁目 is left out, towns._JO: one or two digits before a dash or a direction."""
    cdef int digits = 0
    for at in range(at, line.size):
        if is_digit(line.text[at]):
            digits += 1
        elif 0 < digits < 3 and line.text[at] in (u"-", u"ノ", u"東", u"西", u"南", u"北"):
            return True
        else:
            digits = 0
    return False


cdef int original(const Line *line, int at) noexcept:
    """Where the folded text before ``at`` ends in the text as given: fold._back."""
    cdef int change, shift = 0
    for change in range(line.changes):
        if line.edits[change][0] > at:
            break
        shift = line.edits[change][1] - line.edits[change][0]
    return at + shift


cdef bint onward(const Line *line, int at) noexcept:
    """Behind the town stands what may belong to a longer name: 区, 3条, 25線, 3部, behind a 線 also 10号."""
    cdef Py_UCS4 one
    if at >= line.size:
        return False
    cdef bint crossed = line.text[at - 1] == u"線"
    if crossed and line.text[at] in (u"-", u"東", u"西", u"南", u"北"):
        return True
    if line.text[at] in (u"市", u"区", u"町", u"村", u"郡"):
        return True
    if not is_digit(line.text[at]):
        one = at_place(line, at + 1)
        if line.text[at] == u"第":
            return True
        return letter(line.text[at]) and (is_digit(one) or one in (u"部", u"ノ", u"-"))
    while is_digit(at_place(line, at)):
        at += 1
    one = at_place(line, at)
    if one == u"号":
        return crossed or at_place(line, at + 1) == u"線" or is_digit(at_place(line, at + 1))
    return one in (u"通", u"線", u"条", u"部") or (one == SEPARATOR and line.section and is_digit(line.text[at + 1]))


cdef bint named(str text, int at):
    """A kanji numeral before it belongs to the building (5番地二引ビル), or one letter of kana to the lot (193番地ろ)."""
    cdef Py_UCS4 one = text[at], two = text[at + 1] if at + 1 < len(text) else u"-"
    if is_numeral(text[at - 1]) or spaced(text, at):
        return True
    if two == u"ー" and at + 2 < len(text):
        two = text[at + 2]
    if not is_kana(one):
        return False
    return not two.isalpha() or is_numeral(two) or two in (u"番", u"号", u"の", u"ノ", u"ー", u"字", u"大", u"小")


cdef void read(const Line *line, int at, Tail *tail) noexcept:
    """番地以下: block.read of numbers, alone or before text that cannot belong to them."""
    cdef int digits, before
    tail.count = tail.size = 0
    tail.known, tail.end = at >= line.size, at
    if tail.known:
        return
    at += line.text[at] in (u"-", u"ノ", SEPARATOR)
    while True:
        digits = 0
        while is_digit(at_place(line, at + digits)):
            digits += 1
        if not 0 < digits < 7:
            return
        while digits > 1 and line.text[at] == u"0":
            at += 1
            digits -= 1
        if tail.count:
            tail.block[tail.size] = u"-"
            tail.size += 1
        for at in range(at, at + digits):
            tail.block[tail.size] = line.text[at]
            tail.size += 1
        tail.count += 1
        before = at + 1
        at = tail.end = joint(line, before)
        if at >= line.size or not is_digit(line.text[at]) or line.text[at - 1] == u"号":
            tail.known = at >= line.size or apart(line, at, at > before or tail.count > 1)
            return


cdef int joint(const Line *line, int at) noexcept:
    """Behind what joins two numbers or ends the last: 番地ノ, 番, -, 号."""
    cdef Py_UCS4 one = at_place(line, at)
    if one == u"番" and at_place(line, at + 1) not in (u"町", u"館", u"舘", u"街"):
        at += 1 + (at_place(line, at + 1) == u"地")
        one = at_place(line, at)
    elif one == u"号":
        return at + 1
    return at + (one in (u"ノ", u"-") and is_digit(at_place(line, at + 1)))


cdef bint apart(const Line *line, int at, bint ended) noexcept:
    """A building begins here; a single bare number may as well be a part of its name (三好ビル)."""
    cdef Py_UCS4 one = line.text[at]
    if not ended and one >= 0x3041:
        return False
    if one in (u"イ", u"ロ", u"ハ", u"ニ", u"ホ", u"ヘ", u"ト"):  # before katakana no letter of a lot
        return 0x30A1 <= at_place(line, at + 1) <= 0x30FA
    if one >= 0x3041:
        return one not in (
            u"番", u"号", u"地", u"先", u"街", u"耕", u"部", u"丁", u"ノ", u"階", u"棟", u"室", u"戸", u"館", u"舘", u"条",
            u"外", u"甲", u"乙", u"丙", u"戊", u"己", u"庚", u"辛", u"壬", u"癸",
            u"子", u"丑", u"寅", u"卯", u"辰", u"巳", u"午", u"未", u"申", u"酉", u"戌", u"亥",
        )
    if one in (u"F", u"B", u"f"):  # no floor
        return is_ascii(at_place(line, at + 1)) and not is_digit(line.text[at + 1])
    return one == u"(" or (is_ascii(one) and not is_digit(one) and one != u"L")
