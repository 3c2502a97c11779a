"""Characters: folding for comparison, target character sets with lawful replacements, bank kana.

The original text is never changed: every function gives a new string for one purpose.
"""

from kiban.kernel.characters.bank import BANK_KANA, bank_kana
from kiban.kernel.characters.compare import Likeness, compare_kana, compare_names
from kiban.kernel.characters.errors import NotHoldable
from kiban.kernel.characters.folding import compare_key, fold, kana_key, quick_compare_key
from kiban.kernel.characters.sets import CharacterSet, Replacement, Unholdable, shrink, unholdable

__all__ = [
    "BANK_KANA",
    "CharacterSet",
    "Likeness",
    "NotHoldable",
    "Replacement",
    "Unholdable",
    "bank_kana",
    "compare_kana",
    "compare_key",
    "compare_names",
    "fold",
    "kana_key",
    "quick_compare_key",
    "shrink",
    "unholdable",
]
