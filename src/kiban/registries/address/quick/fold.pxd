from kiban.registries.address.quick.line cimport Line

cdef enum:
    PLANE = 0x10000


cdef class QuickFold:
    cdef Py_UCS4 letters[PLANE]
    cdef unsigned char kinds[PLANE]

    cdef bint fold(self, str text, Line *line)


cdef object folded(str text, const Line *line)
