"""Letters of decisions (処分通知書) as accessible PDF (PDF/UA-1), written with typst."""

from kiban.cases.letters.render import TypstLetters, letter_data

__all__ = ["TypstLetters", "letter_data"]
