"""The codes of findings. A code once released is never renamed; new ones may be added."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CODE_MEANINGS", "FINDING_CODES"]

CODE_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "arithmetic_slip": "got a few entries wrong, the others right, and no rule explains it",
        "transcription_slip": "stated a wrong value but used the right one afterwards",
        "rounded_early": "carried on with a value rounded so hard that later values are off",
        "too_few_digits": (
            "is right as far as the digits go, and they are fewer than the rubric asks"
        ),
        "sign_error": "has the opposite sign of what this student's own convention gives",
        "constant_factor": "is off by one factor throughout, which no other code explains",
        "factor_omitted": "lost the 2 of the square",
        "mean_instead_of_sum": "has 1/N of the answer",
        "bias_omitted": "left out a bias",
        "channel_omitted": "used one channel only",
        "relu_omitted": "left negative values in",
        "relu_mask_omitted": "let the gradient through where the unit was off",
        "sigmoid_derivative_omitted": "lost sigma'(m)",
        "input_factor_omitted": "lost the layer's input in a weight gradient",
        "wrong_label": "differentiated log(1 - p) instead of log p",
        "weight_not_transposed": "multiplied by W where W^T belongs, or the reverse",
        "convention_mixed": "used two values of one convention in one problem",
        "swapped_answers": "put one answer in another's place",
        "layout": "is right, but written transposed or in another axis order",
        "index_shifted": "has the values one index off",
        "shape_mismatch": "has a shape that cannot be the quantity's",
        "degenerate": "handed in values that agree with each other but say nothing",
    }
)
"""What each code says of a student: "the student ..."."""

FINDING_CODES: tuple[str, ...] = tuple(CODE_MEANINGS)
