"""A folded line as the compiled modules hand it on, and what each of them asks of a character."""

from cpython.unicode cimport PyUnicode_4BYTE_KIND, PyUnicode_FromKindAndData

cdef enum:
    LONGEST = 96  # characters of a plain line
    WIDEST = 640  # the same folded: 千 becomes 1000, perhaps between two separators
    SEPARATOR = 0x1F  # as fold.SEPARATOR

cdef struct Line:
    int size
    Py_UCS4 text[WIDEST]
    int changes
    int edits[LONGEST][2]  # end in the folded text, end before folding: as in fold.Folded
    bint section  # 字 is written somewhere
    bint cut  # behind it the given text goes on with what is not plain (Ⅱ, ㈱, half-width kana)


cdef inline bint is_digit(Py_UCS4 one) noexcept:
    return u"0" <= one <= u"9"


cdef inline bint is_ascii(Py_UCS4 one) noexcept:
    """A letter or digit of ASCII."""
    return is_digit(one) or u"A" <= one <= u"Z" or u"a" <= one <= u"z"


cdef inline bint is_kana(Py_UCS4 one) noexcept:
    return 0x3041 <= one <= 0x30FF


cdef inline bint is_numeral(Py_UCS4 one) noexcept:
    """block.KANJI_NUMERALS."""
    return one in u"〇一二三四五六七八九十百千"


cdef inline bint letter(Py_UCS4 one) noexcept:
    """Kana, or what looks like one: loose.OTHER_LETTER."""
    return 0x3041 <= one <= 0x30F6 or one in (u"口", u"力", u"工", u"夕", u"卜")


cdef inline Py_UCS4 at_place(const Line *line, int at) noexcept:
    """The character at a place, 0 behind the end."""
    return line.text[at] if at < line.size else 0


cdef inline str string(const Py_UCS4 *text, Py_ssize_t size):
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, text, size)


cdef inline bint chome_in_latin(const Line *line, int at) noexcept:
    """5-chome, 5chome, 4T目: towns._CHOME."""
    cdef Py_UCS4 one = at_place(line, at)
    if one > u"c" or is_digit(one):
        return False
    if one in (u"-", SEPARATOR):
        one = at_place(line, at + 1)
    return one in (u"c", u"C") or (one == u"T" and at_place(line, at + 1) == u"目")


cdef inline bint spaced(str text, int at):
    """A number that stands behind a blank ends here."""
    cdef int begin = at
    cdef Py_UCS4 one = 0
    while begin:
        one = text[begin - 1]
        if not one.isdecimal():
            break
        begin -= 1
    return 0 < begin < at and one.isspace()
