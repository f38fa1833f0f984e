"""Text that students write: numbers, names of quantities, and formulas, read without eval.

Import from the modules: whoever hands in numbers only does without what reads formulas.
"""
