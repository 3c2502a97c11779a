"""The Merkle tree against RFC 9162: published roots, the RFC's example, and everything that must fail."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from kiban.ledger.errors import BadProof
from kiban.ledger.merkle import EMPTY, Tree, check_consistency, leaf_hash, node_hash, root_from_inclusion

VECTORS = json.loads((Path(__file__).parent / "data" / "rfc9162.json").read_text(encoding="utf-8"))
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in VECTORS["leaves"]]


def test_the_published_roots() -> None:
    tree = Tree(LEAVES)

    assert bytes.fromhex(VECTORS["empty_root"]) == EMPTY == tree.root(0)
    assert [tree.root(size).hex() for size in range(1, 9)] == VECTORS["roots"]


def named() -> dict[str, bytes]:
    nodes = dict(zip("abcdefj", LEAVES[:7], strict=True))
    for name, left, right in (("g", "a", "b"), ("h", "c", "d"), ("i", "e", "f"), ("k", "g", "h"), ("l", "i", "j")):
        nodes[name] = node_hash(nodes[left], nodes[right])
    return nodes


@pytest.mark.parametrize(("index", "path"), VECTORS["example"]["inclusion"].items())
def test_the_inclusion_proofs_of_the_example(index: str, path: list[str]) -> None:
    assert Tree(LEAVES[:7]).inclusion(int(index)) == [named()[name] for name in path]


@pytest.mark.parametrize(("old", "path"), VECTORS["example"]["consistency"].items())
def test_the_consistency_proofs_of_the_example(old: str, path: list[str]) -> None:
    assert Tree(LEAVES[:7]).consistency(int(old)) == [named()[name] for name in path]


@pytest.mark.parametrize("size", range(1, 34))
def test_every_inclusion_proof_leads_to_the_root_and_no_changed_one_does(size: int) -> None:
    tree = Tree(leaf_hash(bytes([i])) for i in range(size))
    for index in range(size):
        proof = tree.inclusion(index)
        assert root_from_inclusion(tree.leaf(index), index=index, size=size, proof=proof) == tree.root()
        for wrong in wrong_proofs(proof):
            assert not leads(tree, index, size, wrong)
        for other_index, other_size in ((index + 1, size), (index - 1, size), (index ^ 2, size), (index, size * 2)):
            assert not leads(tree, index, other_size, proof, at=other_index) or (other_index, other_size) == (
                index,
                size,
            )


def leads(tree: Tree, index: int, size: int, proof: list[bytes], at: int | None = None) -> bool:
    try:
        claimed = index if at is None else at
        return root_from_inclusion(tree.leaf(index), index=claimed, size=size, proof=proof) == tree.root()
    except BadProof:
        return False


def wrong_proofs(proof: list[bytes]) -> list[list[bytes]]:
    changed = [[*proof[:i], flipped(h), *proof[i + 1 :]] for i, h in enumerate(proof)]
    return [*changed, proof[:-1] if proof else [b"\0" * 32], [*proof, b"\0" * 32], [b"", *proof], [*proof[::-1], b"x"]]


def flipped(hashed: bytes) -> bytes:
    return bytes([hashed[0] ^ 4]) + hashed[1:]


@pytest.mark.parametrize("new", range(1, 26))
def test_every_consistency_proof_holds_and_no_changed_one_does(new: int) -> None:
    tree = Tree(leaf_hash(bytes([i])) for i in range(new))
    for old in range(1, new + 1):
        proof = tree.consistency(old)
        check_consistency((old, tree.root(old)), (new, tree.root()), proof=proof)
        for wrong in wrong_proofs(proof):
            if wrong != proof:
                with pytest.raises(BadProof):
                    check_consistency((old, tree.root(old)), (new, tree.root()), proof=wrong)
        with pytest.raises(BadProof):
            check_consistency((old, flipped(tree.root(old))), (new, tree.root()), proof=proof)


def test_proofs_that_cannot_be() -> None:
    tree = Tree(LEAVES)

    for index, size in ((8, 8), (-1, 8), (0, 9), (0, 0)):
        with pytest.raises(BadProof):
            tree.inclusion(index, size)
    for old, new in ((0, 8), (9, 8), (3, 9)):
        with pytest.raises(BadProof):
            tree.consistency(old, new)
    with pytest.raises(BadProof):
        check_consistency((2, tree.root(2)), (1, tree.root(1)), proof=[])


def test_trees_only_grow_and_can_be_cut_back() -> None:
    whole, cut = Tree(LEAVES), Tree(LEAVES)
    cut.truncate(5)
    for leaf in LEAVES[5:]:
        cut.append(leaf)

    assert all(whole.root(a) != whole.root(b) for a, b in pairwise(range(9)))
    assert [cut.root(n) for n in range(9)] == [whole.root(n) for n in range(9)]
