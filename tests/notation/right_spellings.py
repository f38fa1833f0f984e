"""The right answers, in the ways in which students write them."""

from right_spellings_index import INDEX
from right_spellings_latex import LATEX
from right_spellings_plain import PLAIN
from right_spellings_unicode import UNICODE
from right_spellings_worked import WORKED

RIGHT = (*PLAIN, *UNICODE, *LATEX, *INDEX, *WORKED)
