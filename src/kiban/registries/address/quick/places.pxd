cdef struct Town:
    int city
    int end  # in the folded text
    int key_id
    int number
    int border  # of a 小字: as in towns.Match
    int head
    bint lot  # the number behind it would be a 丁目, were it written with hyphens


cdef struct Record:
    unsigned int post  # postal code; the highest bit: 住居表示 is in force
    unsigned short lat
    unsigned short lon
    unsigned int place  # of the spelling: where, how long, which 丁目


cdef class QuickPlaces:
    cdef object towns, index
    cdef list boxes
    cdef const unsigned int *records
    cdef const unsigned int *ranks
    cdef const unsigned long long *words
    cdef const Record *details
    cdef const char *spellings

    cdef int number(self, int key_id) noexcept
    cdef tuple place(self, const Town *town, str key)
    cdef tuple read(self, const Town *town)
    cdef tuple point(self, int city, const Record *record)
    cdef object match(self, const Town *town, str key)
