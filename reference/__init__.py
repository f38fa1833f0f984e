"""The right answer and the way to it: answer keys as graphs of named steps.

This package knows nothing of students, files or points; it imports nothing of `grader`.
"""
