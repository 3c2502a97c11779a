"""Law as expressions: one person explained, one nation computed, by the same text."""

from kiban.rules.errors import BadFact, BadRule, NotInForce
from kiban.rules.explain import Explanation, explain, sentence
from kiban.rules.kept import load_rules, read_rules
from kiban.rules.model import Basis, Determination, RuleSet, Step, Value
from kiban.rules.questions import next_question
from kiban.rules.scalar import evaluate

__all__ = [
    "BadFact",
    "BadRule",
    "Basis",
    "Determination",
    "Explanation",
    "NotInForce",
    "RuleSet",
    "Step",
    "Value",
    "evaluate",
    "explain",
    "load_rules",
    "next_question",
    "read_rules",
    "sentence",
]
