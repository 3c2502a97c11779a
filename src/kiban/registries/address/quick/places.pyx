# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""towns.Towns.place for 大字・町 and 丁目, compiled: name, id, point and postal code out of the mapped files."""

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.unicode cimport PyUnicode_1BYTE_KIND, PyUnicode_DecodeUTF16, PyUnicode_FromKindAndData

from kiban.registries.address.fold import CHOME_NAMES
from kiban.registries.address.towns import Match

cdef enum:
    ID = 0xFFFFFF
    POST = 0x7FFFFFFF
    NOWHERE = 0xFFFF
    SEVEN = 7  # digits of a 町字ID and of a postal code


cdef class QuickPlaces:
    """Places of the towns of one index; those of 小字 are put together by :class:`Towns`."""

    def __init__(self, towns, index):
        self.index, self.towns, self.boxes = index, towns, index.boxes
        self.records = <const unsigned int *>mapped(index.records)
        self.words = <const unsigned long long *>mapped(index.words)
        self.ranks = <const unsigned int *>mapped(index.ranks)
        self.details = <const Record *>(<const char *>mapped(index.packed) + <Py_ssize_t>index.first)
        self.spellings = <const char *>mapped(index.spellings)

    cdef int number(self, int key_id) noexcept:
        """町字ID as a number; 0 where the registry has none."""
        return self.records[key_id] & ID

    cdef object match(self, const Town *town, str key):
        return Match(town.city, key, town.key_id, town.number, town.end, "", town.border, town.head)

    cdef tuple place(self, const Town *town, str key):
        if town.number % 1000 >= 100 or not self.words[town.key_id >> 6] >> (town.key_id & 63) & 1:
            return self.towns.place(self.match(town, key))
        return self.read(town)

    cdef tuple read(self, const Town *town):
        """index.Index.details, as towns.Place."""
        cdef unsigned long long word = self.words[town.key_id >> 6]
        cdef unsigned long long below = word & ((<unsigned long long>1 << (town.key_id & 63)) - 1)
        cdef Py_ssize_t rank = self.ranks[town.key_id >> 6] + popcount(below)
        cdef const Record *record = &self.details[rank]
        cdef unsigned int start = record.place << 1 & 0x1FFFFE, size = record.place >> 19 & 0x3E
        cdef int chome = record.place >> 25, order = -1
        name = PyUnicode_DecodeUTF16(self.spellings + start, size, NULL, &order)
        post = record.post & POST
        return (
            name + CHOME_NAMES[chome] if chome else name,
            seven(town.number) if town.number else "",
            None if record.lat == NOWHERE else self.point(town.city, record),
            seven(post) if post else "",
        )

    cdef tuple point(self, int city, const Record *record):
        cdef double south, west, high, broad
        south, west, high, broad = <tuple>self.boxes[city]
        return (
            <long long>((south + record.lat * high / 65534) * 1e6 + 0.5) / 1e6,
            <long long>((west + record.lon * broad / 65534) * 1e6 + 0.5) / 1e6,
        )


cdef inline str seven(unsigned int number):
    """Seven digits, zeros before them."""
    cdef char digits[SEVEN]
    cdef int at
    for at in range(SEVEN - 1, -1, -1):
        digits[at] = 48 + number % 10
        number //= 10
    return PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, digits, SEVEN)


cdef inline int popcount(unsigned long long word) noexcept:
    cdef int count = 0
    while word:
        word &= word - 1
        count += 1
    return count


cdef const void *mapped(object view) except NULL:
    """Where a mapped file lies in memory; it lies there as long as the index."""
    cdef Py_buffer buffer
    PyObject_GetBuffer(view, &buffer, PyBUF_SIMPLE)
    PyBuffer_Release(&buffer)
    return buffer.buf
