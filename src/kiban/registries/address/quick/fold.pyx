# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""fold.py for plain lines, compiled: width, variants of characters, kanji numerals, 大字 and blanks."""

from kiban.registries.address.quick.line cimport LONGEST, SEPARATOR, Line, is_ascii, is_digit, string

from kiban.registries.address.fold import UNCHANGED, WAVES, Folded

cdef enum Kind:
    ODD  # a line that has one is not plain
    LETTER
    DIGIT
    NUMERAL  # in kanji
    BLANK
    SIGN  # may join numbers
    SECTION  # 字
    SIZE  # 大 and 小, before 字
    CHO  # 丁, before 目
    TOWN  # 町, before 目
    ORDINAL  # 第
    CHI  # チ of チョウメ
    AGAIN  # 々

cdef str NUMERALS = "〇一二三四五六七八九十百千"
cdef Py_UCS4 DIGITS[10]
for value in range(10):
    DIGITS[value] = NUMERALS[value]
cdef dict KINDS = {
    **dict.fromkeys(NUMERALS, <int>NUMERAL), **dict.fromkeys(" \t\r\n,、/|", <int>BLANK),
    **dict.fromkeys("・._=?", <int>SIGN), **dict.fromkeys("大小", <int>SIZE), **dict.fromkeys("チち", <int>CHI),
    "〒": <int>LETTER, "字": <int>SECTION, "丁": <int>CHO, "町": <int>TOWN, "第": <int>ORDINAL, "々": <int>AGAIN,
}


cdef int kind_of(Py_UCS4 one):
    """Of a character as the table leaves it; all but the odd ones stay what they are under NFKC, in any company."""
    cdef str letter = chr(one)
    if letter in KINDS:
        return KINDS[letter]
    if is_digit(one):
        return DIGIT
    if 0x21 <= one <= 0x7E or 0x3041 <= one <= 0x3096 or 0x30A1 <= one <= 0x30FA or one in (0x3002, 0x300C, 0x300D):
        return LETTER
    return LETTER if 0x3400 <= one <= 0x4DBF or 0x4E00 <= one <= 0x9FFF else ODD


cdef long long worth(const Py_UCS4 *text, int size) noexcept:
    """The value of kanji numerals, by place or by unit: fold.number."""
    cdef long long total = 0, run = 0
    cdef int at, unit
    for at in range(size):
        unit = 10 if text[at] == u"十" else 100 if text[at] == u"百" else 1000 if text[at] == u"千" else 0
        if unit:
            total += (run or 1) * unit
            run = 0
        else:
            run = run * 10 + numeral(text[at])
    return total + run


cdef int numeral(Py_UCS4 one) noexcept:
    cdef int value
    for value in range(1, 10):
        if DIGITS[value] == one:
            return value
    return 0


cdef int write_number(Py_UCS4 *target, long long value) noexcept:
    """Decimal digits; how many."""
    cdef Py_UCS4 digits[20]
    cdef int size = 0, at
    while value or not size:
        digits[size] = <Py_UCS4>(48 + value % 10)
        value //= 10
        size += 1
    for at in range(size):
        target[at] = digits[size - 1 - at]
    return size


cdef class QuickFold:
    """Folds a plain line; ``table`` is that of :class:`~kiban.registries.address.fold.Folder`."""

    def __init__(self, dict table):
        cdef Py_UCS4 code
        for code in range(<Py_UCS4>PLANE):
            self.letters[code] = code
            self.kinds[code] = LETTER if 0x3400 <= code <= 0x4DBF or 0x4E00 <= code <= 0x9FFF else ODD
        for code in (*range(0x20, 0x7F), *range(0x3001, 0x3100), *map(ord, KINDS)):
            self.kinds[code] = kind_of(code)
        for code, new in table.items():
            if code < PLANE:
                self.letters[code] = ord(new)
                self.kinds[code] = kind_of(ord(new))
        for code in map(ord, WAVES):  # a dash, or a range
            self.kinds[code] = ODD

    def __call__(self, str text):
        """The folded text with its way back, or None when the line is not plain."""
        cdef Line line
        return folded(text, &line) if self.fold(text, &line) and not line.cut else None

    cdef bint fold(self, str text, Line *line):
        """As much of the line as is plain, in ``line``; whether it is short enough."""
        cdef Py_UCS4 wide[LONGEST + 4]
        cdef unsigned char kinds[LONGEST + 4]
        cdef Py_UCS4 one
        cdef int size = len(text), at
        if not 0 < size <= LONGEST:
            return False
        line.section = line.cut = False
        for at in range(size):
            one = text[at]
            if one >= PLANE or self.kinds[one] == ODD:
                line.cut, size = True, at
                line.section = "字" in text
                break
            line.section |= one == u"字"
            wide[at] = self.letters[one]
            kinds[at] = self.kinds[one]
        for at in range(size, size + 4):
            wide[at] = kinds[at] = 0
        pieces(wide, kinds, size, line)
        return True


cdef object folded(str text, const Line *line):
    cdef int at
    edits = [(line.edits[at][0], line.edits[at][1]) for at in range(line.changes)] if line.changes else UNCHANGED
    return Folded(text, string(line.text, line.size), text, edits, UNCHANGED)


cdef void pieces(const Py_UCS4 *wide, const unsigned char *kinds, int size, Line *line) noexcept:
    """What fold._piece makes of numerals, blanks, 大字, 丁目 …, in ``line``, up to the first odd one."""
    cdef int at = 0, end, kind, was
    line.size = line.changes = 0
    while at < size:
        kind = kinds[at]
        end = at + 1
        was = line.size
        if odd(wide, kinds, at):
            line.cut = True
            return
        if kind == NUMERAL:
            while kinds[end] == NUMERAL:
                end += 1
            write_numeral(wide, kinds, at, end, line)
        elif kind == BLANK:
            while kinds[end] == BLANK:
                end += 1
            if at and is_ascii(wide[at - 1]) and is_ascii(wide[end]):
                put(line, SEPARATOR)
        elif kind == SECTION or (kind == SIZE and kinds[end] == SECTION):
            end += kind == SIZE
            if numeric(before(kinds, at)) and numeric(after(kinds, end)):
                put(line, SEPARATOR)
        elif kind == CHO and wide[end] == u"目":
            end += 1
            put(line, wide[at])
        elif kind == AGAIN:
            put(line, repeated(wide, kinds, at))
        else:
            put(line, wide[at])
        if line.size - was != end - at:
            line.edits[line.changes][0] = line.size
            line.edits[line.changes][1] = end
            line.changes += 1
        at = end


cdef inline void put(Line *line, Py_UCS4 one) noexcept:
    line.text[line.size] = one
    line.size += 1


cdef inline bint numeric(int kind) noexcept:
    return kind == DIGIT or kind == NUMERAL


cdef inline bint joins(const Py_UCS4 *wide, const unsigned char *kinds, int at) noexcept:
    """A sign that may join two numbers: 2・8・1, 2/8."""
    if at == 0 or not numeric(kinds[at - 1]) or not numeric(kinds[at + 1]):
        return False
    return kinds[at] == SIGN or wide[at] in (u",", u"/", u"|")


cdef bint unlike(const Py_UCS4 *text, int size) noexcept:
    """三五十: block._NO_NUMERAL."""
    cdef int at, digits = 0
    for at in range(size):
        if text[at] in (u"十", u"百", u"千"):
            if digits > 1:
                return True
            digits = 0
        else:
            digits += 1
    return False


cdef bint lists(const Py_UCS4 *wide, const unsigned char *kinds, int at, int end) noexcept:
    """A comma between two lots (1番地、2番地): block._first_lot."""
    return at > 0 and wide[at] in (u",", u"、") and wide[at - 1] in (u"番", u"地") and numeric(kinds[end])


cdef bint odd(const Py_UCS4 *wide, const unsigned char *kinds, int at) noexcept:
    """What fold.py reads in a way of its own: 3町目, 第2地割, 2チョウメ, 大 字, 2・8・1, 三五十, 1番地、2番地, 字形."""
    cdef int kind = kinds[at], end = at + 1
    if kind == NUMERAL:
        while kinds[end] == NUMERAL:
            end += 1
        return (
            end - at > 11 or (wide[at] == u"〇" and DIGIT in (before(kinds, at), after(kinds, end)))
            or unlike(&wide[at], end - at)
        )
    if kind == BLANK:
        while kinds[end] == BLANK:
            end += 1
        return joins(wide, kinds, at) or lists(wide, kinds, at, end)
    if kind == SECTION:
        return wide[end] == u"形"
    if kind == SIZE:
        return kinds[end] == BLANK or (kinds[end] == SECTION and wide[end + 1] == u"形")
    if kind == CHO:
        return wide[end] in (u"め", u"メ")
    if kind == TOWN:
        return wide[end] == u"目"
    if kind == ORDINAL:
        return numeric(kinds[end]) and counted(wide, kinds, end)
    if kind == CHI:
        return at > 0 and numeric(kinds[at - 1])
    return kind == SIGN and joins(wide, kinds, at)


cdef bint counted(const Py_UCS4 *wide, const unsigned char *kinds, int at) noexcept:
    """第2地割, 第2丁目."""
    while numeric(kinds[at]):
        at += 1
    return wide[at] in (u"地", u"丁")


cdef int before(const unsigned char *kinds, int at) noexcept:
    """The kind of the last character before a place, over at most three blanks; 0 for none."""
    cdef int place
    for place in range(at - 1, max(at - 4, -1), -1):
        if kinds[place] != BLANK:
            return kinds[place]
    return 0


cdef int after(const unsigned char *kinds, int at) noexcept:
    cdef int place
    for place in range(at, at + 3):
        if kinds[place] != BLANK:
            return kinds[place]
    return 0


cdef Py_UCS4 repeated(const Py_UCS4 *wide, const unsigned char *kinds, int at) noexcept:
    """The character that 々 stands for."""
    cdef int place
    for place in range(at - 1, max(at - 4, -1), -1):
        if kinds[place] != BLANK:
            return wide[place]
    return wide[at]


cdef void write_numeral(const Py_UCS4 *wide, const unsigned char *kinds, int at, int end, Line *line) noexcept:
    """A kanji numeral in digits, kept apart from digits beside it: fold._numeral."""
    if before(kinds, at) == DIGIT:
        put(line, SEPARATOR)
    line.size += write_number(&line.text[line.size], worth(&wide[at], end - at))
    if numeric(after(kinds, end)):
        put(line, SEPARATOR)
