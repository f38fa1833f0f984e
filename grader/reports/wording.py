"""The words: what verdicts, marks, statuses, conventions and finding codes are called.

Every report (page, text, gradebook) takes them from these tables, so that one thing has one name.
Each word stands beside a symbol, because colour alone tells some readers nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from grader.model import Mark, Status, Verdict

__all__ = [
    "CONVENTIONS",
    "FINDINGS",
    "MARKS",
    "STATUSES",
    "VERDICTS",
    "Words",
    "convention_sentence",
    "finding_title",
]


@dataclass(frozen=True, slots=True)
class Words:
    """What something is called.

    Attributes:
        words: for the student, in a sentence or alone: ``not right yet``.
        symbol: one character that says the same without colour; no picture, so it prints.
        meaning: one sentence for a legend.
    """

    words: str
    symbol: str
    meaning: str


VERDICTS: Mapping[Verdict, Words] = MappingProxyType(
    {
        Verdict.CORRECT: Words("right", "✓", "Every entry is right."),
        Verdict.FOLLOW_THROUGH: Words(
            "follows from your own values", "→", "It is worked out rightly from earlier answers."
        ),
        Verdict.IMPLIED: Words(
            "not written down, but used", "✓", "A later answer shows that you had it."
        ),
        Verdict.PARTIAL: Words("partly right", "◐", "Some entries are right."),
        Verdict.INCORRECT: Words("not right", "✗", "No entry is right."),
        Verdict.MISSING: Words("not answered", "○", "It was left out."),
        Verdict.UNREADABLE: Words("could not be read", "?", "What is written has no value."),
        Verdict.UNGRADED: Words("not graded yet", "…", "A person has to decide."),
    }
)

MARKS: Mapping[Mark, Words] = MappingProxyType(
    {
        Mark.RIGHT: Words("right", "✓", "It agrees with the key."),
        Mark.FOLLOWS: Words("follows", "→", "It is right for your own earlier values."),
        Mark.WRONG: Words("not right", "✗", "Look at this one."),
        Mark.MISSING: Words("missing", "○", "Nothing is written here."),
        Mark.UNREADABLE: Words("unreadable", "?", "What is written is not a number."),
    }
)

STATUSES: Mapping[Status, Words] = MappingProxyType(
    {
        Status.GRADED: Words("graded", "✓", "It was read and graded."),
        Status.MISSING: Words("missing", "○", "On the roster, but nothing was handed in."),
        Status.EXCUSED: Words("excused", "–", "It does not count for this student."),
        Status.UNREADABLE: Words("unreadable", "?", "The file could not be read."),
        Status.UNGRADED: Words("ungraded", "…", "A person has to look at it; it has no score."),
    }
)

CONVENTIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "objective": MappingProxyType(
            {
                "maximize_log_p": "you maximise log p(y=0)",
                "minimize_nll": "you minimise the negative log-likelihood",
            }
        ),
        "deconv": MappingProxyType(
            {
                "cross_correlation": "you pad with zeros and slide the kernel as it is printed",
                "transposed": "you multiply each pixel by the kernel as it is printed, and add up",
            }
        ),
        "reshape": MappingProxyType(
            {
                "channels_first": "you fill the first channel of h1 row by row, then the second",
                "channels_last": "you deal the values of h0 to the channels of h1 in turn",
                "column_major": "you fill the first channel of h1 column by column, "
                "then the second",
            }
        ),
        "flatten": MappingProxyType(
            {
                "row_major": "you flatten h2 row by row",
                "column_major": "you flatten h2 column by column",
            }
        ),
    }
)

FINDINGS: Mapping[str, str] = MappingProxyType(
    {
        "arithmetic_slip": "An arithmetic slip",
        "transcription_slip": "A value copied wrongly",
        "rounded_early": "Rounded too early",
        "too_few_digits": "Too few digits",
        "sign_error": "The opposite sign",
        "constant_factor": "Off by one factor throughout",
        "factor_omitted": "The 2 of the square is lost",
        "mean_instead_of_sum": "A mean in the place of a sum",
        "bias_omitted": "A bias is left out",
        "channel_omitted": "Only one channel is used",
        "relu_omitted": "ReLU is left out",
        "relu_mask_omitted": "The gradient passes units that are off",
        "sigmoid_derivative_omitted": "The sigmoid's derivative is lost",
        "input_factor_omitted": "The layer's input is lost",
        "wrong_label": "The wrong class: log(1 - p) for log p",
        "weight_not_transposed": "W and its transpose are exchanged",
        "convention_mixed": "Two conventions are mixed",
        "swapped_answers": "Two answers have changed places",
        "layout": "Written in another layout",
        "index_shifted": "Values one index off",
        "shape_mismatch": "A shape that cannot be",
        "degenerate": "Values that say nothing",
    }
)


def convention_sentence(convention: str, value: str) -> str:
    """What a convention's value means, as the end of ``read as: ...``.

    >>> convention_sentence("objective", "minimize_nll")
    'you minimise the negative log-likelihood'
    >>> convention_sentence("loss", "mean_squared")
    'loss: mean squared'
    """
    sentence = CONVENTIONS.get(convention, {}).get(value)
    return sentence or f"{convention}: {value}".replace("_", " ")


def finding_title(code: str) -> str:
    """A finding's title; a code that the table does not have is told by its own words.

    >>> finding_title("sign_error"), finding_title("index_base")
    ('The opposite sign', 'Index base')
    """
    return FINDINGS.get(code) or code.replace("_", " ").capitalize()
