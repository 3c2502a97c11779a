"""The Merkle tree of RFC 9162, section 2.1 (SHA-256), which keeps all nodes so that it can prove anything.

A leaf is hashed as SHA-256(0x00 ‖ data), an inner node as SHA-256(0x01 ‖ left ‖ right). ``levels[k]`` holds the roots
of all complete subtrees of 2^k leaves, 32 bytes each, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from kiban.ledger.errors import BadProof

SIZE = 32
EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (RFC 9162, 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two smaller than ``size`` (≥ 2)."""
    return 1 << ((size - 1).bit_length() - 1)


class Tree:
    """A growing list of leaf hashes and everything that follows from it."""

    __slots__ = ("_levels", "size")

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        self.size = 0
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash; its index."""
        index, level, node = self.size, 0, leaf
        self._levels[0] += node
        while index >> level & 1:
            row = self._levels[level]
            node = node_hash(bytes(row[-2 * SIZE : -SIZE]), node)
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += node
        self.size += 1
        return index

    def truncate(self, size: int) -> None:
        """Forget the leaves from ``size`` on: what a failed commit had added."""
        self.size = size
        for level, row in enumerate(self._levels):
            del row[(size >> level) * SIZE :]

    def leaf(self, index: int) -> bytes:
        """The leaf hash at an index."""
        return self._node(0, index)

    def _node(self, level: int, index: int) -> bytes:
        return bytes(self._levels[level][index * SIZE : (index + 1) * SIZE])

    def _range(self, start: int, size: int) -> bytes:
        """Root of the leaves [start, start+size), where start is a multiple of the power of two that covers size."""
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return self._node(level, start >> level)
        left = _split(size)
        return node_hash(self._range(start, left), self._range(start + left, size - left))

    def root(self, size: int | None = None) -> bytes:
        """Root hash of the first ``size`` leaves (all without it)."""
        size = self._known(self.size if size is None else size)
        return self._range(0, size) if size else EMPTY

    def _known(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise BadProof(f"the tree has {self.size} leaves, not {size}")
        return size

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Inclusion proof of a leaf in the tree of the first ``size`` leaves (RFC 9162, 2.1.3.1), leaf's side first."""
        size = self._known(self.size if size is None else size)
        if not 0 <= index < size:
            raise BadProof(f"leaf {index} is not in a tree of {size}")
        path: list[bytes] = []
        start, count = 0, size
        while count > 1:
            left = _split(count)
            if index - start < left:
                path.append(self._range(start + left, count - left))
                count = left
            else:
                path.append(self._range(start, left))
                start, count = start + left, count - left
        return path[::-1]

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Proof that the first ``old`` leaves of the tree of ``new`` leaves are the old tree (RFC 9162, 2.1.4.1)."""
        new = self._known(self.size if new is None else new)
        if not 0 < old <= new:
            raise BadProof(f"there is no consistency proof from {old} to {new} leaves")
        path: list[bytes] = []
        start, count, rest, whole = 0, new, old, True
        while rest != count:
            left = _split(count)
            if rest <= left:
                path.append(self._range(start + left, count - left))
                count = left
            else:
                path.append(self._range(start, left))
                start, count, rest, whole = start + left, count - left, rest - left, False
        return path[::-1] if whole else [self._range(start, count), *path[::-1]]


def root_from_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2).

    Raises:
        BadProof: index, size and the number of hashes do not go together.
    """
    if not 0 <= index < size:
        raise BadProof(f"leaf {index} is not in a tree of {size}")
    fn, sn, root = index, size - 1, leaf
    for hashed in proof:
        if sn == 0 or len(hashed) != SIZE:
            raise BadProof("the proof is too long or has a hash of a wrong size")
        if fn & 1 or fn == sn:
            root = node_hash(hashed, root)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = node_hash(root, hashed)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise BadProof("the proof is too short")
    return root


def check_consistency(old: tuple[int, bytes], new: tuple[int, bytes], *, proof: Sequence[bytes]) -> None:
    """Check that a tree (size, root) continues an older one (RFC 9162, 2.1.4.2).

    Raises:
        BadProof: it does not.
    """
    (first, first_hash), (second, second_hash) = old, new
    if not 0 < first <= second:
        raise BadProof(f"there is no consistency proof from {first} to {second} leaves")
    if first == second:
        if proof or first_hash != second_hash:
            raise BadProof("two trees of one size have different roots")
        return
    path = [first_hash, *proof] if first & (first - 1) == 0 else list(proof)
    if not path or any(len(hashed) != SIZE for hashed in path):
        raise BadProof("the proof is too short or has a hash of a wrong size")
    if _both_roots(path, first - 1, sn=second - 1) != (first_hash, second_hash):
        raise BadProof("the proof does not lead to both roots")


def _both_roots(path: Sequence[bytes], fn: int, *, sn: int) -> tuple[bytes, bytes]:
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    older = newer = path[0]
    for hashed in path[1:]:
        if sn == 0:
            raise BadProof("the proof is too long")
        if fn & 1 or fn == sn:
            older, newer = node_hash(hashed, older), node_hash(hashed, newer)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            newer = node_hash(newer, hashed)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise BadProof("the proof is too short")
    return older, newer
