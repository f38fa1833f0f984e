"""What a finding says to the student: one sentence on what was done, one on what to look at.

No sentence holds a right value or the key's formula, which for a gradient is the answer.
``{at}`` is the quantity and ``{where}`` the entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from grader.model import Index

__all__ = ["SENTENCES", "entries_in_words", "sentence"]

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "arithmetic_slip": "{where} of {at} differ from what the step gives from the values before "
        "it, and the others are right: work {where_again} out once more.",
        "transcription_slip": "{where} of {at} is not what you went on with: your later answers "
        "use the right value, so look at how it was copied.",
        "rounded_early": "You went on with {at} as you wrote it, and its rounding moves later "
        "answers off: carry more digits and round at the end.",
        "too_few_digits": "{at} is right as far as its digits go in {where}, but they are too few: "
        "give at least as many significant digits as the assignment asks.",
        "sign_error": "{at} has the opposite sign of what your own working gives: check the sign "
        "of every factor in it.",
        "constant_factor": "All of {at} is off by one and the same factor: look for a constant "
        "that was lost or counted twice.",
        "factor_omitted": "{at} has lost the 2 that comes from differentiating the square.",
        "mean_instead_of_sum": "{at} is divided by the number of entries: the objective is a "
        "sum, not a mean.",
        "bias_omitted": "{at} comes out without its bias: add it before going on.",
        "channel_omitted": "{at} uses one channel only: all channels are added.",
        "relu_omitted": "{at} keeps its negative values: ReLU sets them to 0.",
        "relu_mask_omitted": "In {at} the gradient passes units that are off: where ReLU gives "
        "0, its derivative is 0.",
        "sigmoid_derivative_omitted": "{at} is without the derivative of the sigmoid: the chain "
        "rule through it gives a factor of s (1 - s).",
        "input_factor_omitted": "{at} is without the layer's input: a weight's gradient is the "
        "gradient of the layer's output times what the weight was multiplied with.",
        "wrong_label": "{at} is the derivative of log(1 - p): the objective here is log p.",
        "weight_not_transposed": "In {at} the weights are transposed where they should not be, "
        "or the reverse: write the shape of every factor below it.",
        "convention_mixed": "{at} is worked under another convention{which} than the rest of your "
        "answers: choose one and keep to it.",
        "swapped_answers": "{at} holds the values of another answer: the two seem to have "
        "changed places.",
        "layout": "{at} is right; it is written in another layout than asked, which costs nothing.",
        "index_shifted": "The values of {at} are right but one index off.",
        "shape_mismatch": "{at} has a shape that it cannot have: count its entries, or, in a "
        "formula, write the shape of every factor below it.",
        "degenerate": "{at} is all one value, which says nothing about how it was worked out: it "
        "earns nothing, and neither does what follows from it alone.",
    }
)

_MANY = 6


def entries_in_words(entries: Sequence[Index]) -> str:
    """The entries by their indices: ``entry [1]``, ``entries [0, 1] and [2, 3]``, ``7 entries``."""
    if not entries:
        return "the value"
    if len(entries) > _MANY:
        return f"{len(entries)} entries"
    told = [str(list(index)) for index in entries if index]
    if not told:
        return "the value"
    if len(told) == 1:
        return f"entry {told[0]}"
    return f"entries {', '.join(told[:-1])} and {told[-1]}"


def sentence(code: str, at: str, entries: Sequence[Index], convention: str = "") -> str:
    """The sentence for a finding; it begins with a capital letter, unless with a name.

    ``convention`` is the one that was mixed.
    """
    where = entries_in_words(entries)
    which = f" ({convention})" if convention else ""
    again = "it" if len(entries) <= 1 else "them"
    text = SENTENCES[code].format(at=at, where=where, where_again=again, which=which)
    if len(entries) == 1:
        text = text.replace(" differ from", " differs from")
    return text if text.startswith(at) else text[0].upper() + text[1:]
