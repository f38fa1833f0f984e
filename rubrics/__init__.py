"""Rubrics, as data: ``hw6.yaml`` and whatever else is graded."""
