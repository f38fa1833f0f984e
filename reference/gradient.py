"""The reverse sweep, written out as more named steps of the same graph.

``gradients(graph, "J")`` appends ``grad_J = 1`` and, walking the steps backwards, one step
``grad_x`` for every value that ``J`` depends on. Nothing is recorded while computing (no tape):
the result is a graph like any other, so its gradients can be pinned, explained and changed too.
"""

from __future__ import annotations

from reference.graph import Graph, GraphError, Step
from reference.operations import OPERATIONS, Rule

__all__ = ["PREFIX", "gradients"]

PREFIX = "grad_"


def gradients(graph: Graph, objective: str) -> Graph:
    """The graph with a step ``grad_x`` for each ``x`` that ``objective`` depends on.

    Args:
        graph: the forward steps.
        objective: the name of a scalar step.

    Raises:
        GraphError: the objective is no scalar step, or an operation on the way has no derivative.
    """
    if graph.shapes.get(objective) != () or objective not in graph.by_name:
        raise GraphError(f"the objective {objective} is no scalar step of the graph")
    contributions: dict[str, list[Rule]] = {objective: [Rule("constant", (), {"value": 1.0})]}
    steps: list[Step] = []
    for step in reversed(graph.steps):
        if step.name not in contributions:
            continue  # the objective does not depend on its value
        steps += _collected(step.name, contributions)
        for name, rule in zip(step.inputs, _derivative(step), strict=True):
            if rule is not None:
                contributions.setdefault(name, []).append(_named(rule, step))
    for name in graph.inputs:
        steps += _collected(name, contributions) if name in contributions else []
    return graph.extended(steps)


def _derivative(step: Step) -> tuple[Rule | None, ...]:
    rules = OPERATIONS[step.operation].derivative(step.options)
    if len(rules) != len(step.inputs):
        raise GraphError(f"step {step.name}: {step.operation} has no derivative")
    return rules


def _named(rule: Rule, step: Step) -> Rule:
    """The rule with its placeholders replaced by the step's names."""
    names = {"grad": PREFIX + step.name, "out": step.name}
    names |= {str(position): name for position, name in enumerate(step.inputs)}
    return Rule(rule.operation, tuple(names[key] for key in rule.inputs), rule.options)


def _collected(name: str, contributions: dict[str, list[Rule]]) -> list[Step]:
    """The steps that give ``grad_name``: one a use of the value, and their sum."""
    rules = contributions[name]
    target = PREFIX + name
    if len(rules) == 1:
        return [Step(target, rules[0].operation, rules[0].inputs, rules[0].options)]
    parts = [
        Step(f"{target}_{k}", r.operation, r.inputs, r.options) for k, r in enumerate(rules, 1)
    ]
    sums, total = [], parts[0].name
    for k, part in enumerate(parts[1:], 2):
        summed = target if k == len(parts) else f"{target}_1_to_{k}"
        sums.append(Step(summed, "add", (total, part.name)))
        total = summed
    return [*parts, *sums]
