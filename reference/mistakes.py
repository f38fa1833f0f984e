"""A mistake is the graph with one rule replaced.

The catalogue follows from the operations, not from the problem: wherever a graph uses ReLU, its
mask can be forgotten; wherever a product carries a gradient to a weight, the layer's input can be
lost. A new assignment has all of it for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from reference.gradient import PREFIX
from reference.graph import Graph, GraphError, Step
from reference.operations import Options
from reference.problem import Problem

__all__ = ["Mistake", "changed", "mistakes"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One rule replaced: ``steps`` take the place of the step of their last one's name.

    ``mixed`` is the convention and its value, where the rule belongs to another one.
    """

    code: str
    steps: tuple[Step, ...]
    mixed: tuple[str, str] = ("", "")

    @property
    def step(self) -> str:
        """The name of the step that is worked out wrongly."""
        return self.steps[-1].name

    @property
    def evidence(self) -> dict[str, str]:
        """What was done, for a person: the rule as it was worked, and the convention mixed in."""
        convention, value = self.mixed
        mixed = {"convention": convention, "value": value} if convention else {}
        return {"rule": "; ".join(map(str, self.steps)), **mixed}

    def __str__(self) -> str:
        return f"{self.code}: {'; '.join(map(str, self.steps))}"


Rule = Callable[[Step, Graph], Iterator[tuple[Step, ...]]]


def _forgotten(step: Step, _graph: Graph) -> Iterator[tuple[Step, ...]]:
    """The function is left out: its argument is passed on."""
    yield (Step(step.name, "same", step.inputs[:1]),)


def _without_bias(step: Step, graph: Graph) -> Iterator[tuple[Step, ...]]:
    """A sum whose second term is a parameter, without it."""
    if step.inputs[1] in graph.inputs:
        yield (Step(step.name, "same", step.inputs[:1]),)


def _one_channel_only(step: Step, _graph: Graph) -> Iterator[tuple[Step, ...]]:
    for channel in range(int(step.options["count"])):
        yield (Step(step.name, "one_channel", step.inputs, {"channel": channel}),)


def _other_label(step: Step, _graph: Graph) -> Iterator[tuple[Step, ...]]:
    """The derivative of log(1 - p) where that of log p belongs."""
    yield (Step(step.name, "log_complement_gradient", step.inputs),)


def _without_two(step: Step, _graph: Graph) -> Iterator[tuple[Step, ...]]:
    yield (Step(step.name, "scale", step.inputs),)


def _mean(step: Step, _graph: Graph) -> Iterator[tuple[Step, ...]]:
    yield (Step(step.name, "mean_square_gradient", step.inputs),)


def _without_input(step: Step, graph: Graph) -> Iterator[tuple[Step, ...]]:
    """A weight's gradient in which ones stand where the layer's input belongs."""
    if not step.name.startswith(PREFIX) or step.name.removeprefix(PREFIX) not in graph.inputs:
        return
    for position, name in enumerate(step.inputs):
        if not name.startswith(PREFIX):
            ones = Step(f"ones_{name}", "ones_like", (name,))
            inputs = tuple(ones.name if k == position else n for k, n in enumerate(step.inputs))
            yield ones, replace(step, inputs=inputs)


def _turned(step: Step, graph: Graph) -> Iterator[tuple[Step, ...]]:
    """A matrix of weights transposed where it is not, or the reverse; only where shapes allow."""
    now = step.options.get("transpose")
    other = not now if isinstance(now, bool) else ("left" if not now else "")
    if step.inputs[0] in graph.inputs and now != "right":
        yield (replace(step, options={**step.options, "transpose": other}),)


_RULES: Mapping[str, tuple[tuple[str, Rule], ...]] = MappingProxyType(
    {
        "relu": (("relu_omitted", _forgotten),),
        "relu_gradient": (("relu_mask_omitted", _forgotten),),
        "sigmoid_gradient": (("sigmoid_derivative_omitted", _forgotten),),
        "add": (("bias_omitted", _without_bias),),
        "sum_channels": (("channel_omitted", _one_channel_only),),
        "log_gradient": (("wrong_label", _other_label),),
        "square_gradient": (("factor_omitted", _without_two), ("mean_instead_of_sum", _mean)),
        "outer": (("input_factor_omitted", _without_input),),
        "scale": (("input_factor_omitted", _without_input),),
        "matmul": (
            ("input_factor_omitted", _without_input),
            ("weight_not_transposed", _turned),
        ),
        "matvec": (("weight_not_transposed", _turned),),
        "deconv_kernel_gradient": (("input_factor_omitted", _without_input),),
    }
)


def _mixed(
    problem: Problem, graph: Graph, accepted: Mapping[str, tuple[str, ...]]
) -> Iterator[Mistake]:
    """One step worked under another value of a convention than the rest."""
    for convention, values in problem.conventions.items():
        for value in accepted.get(convention, tuple(values)):
            for name, options in values[value].items():
                for step in graph.steps:
                    if _comes_from(step, name, options) and _differs(step, options):
                        yield Mistake(
                            "convention_mixed",
                            (replace(step, options={**step.options, **options}),),
                            (convention, value),
                        )


def _comes_from(step: Step, name: str, options: Options) -> bool:
    """The step itself, or a backward step that inherited its options."""
    inherits = step.name == name or f"{PREFIX}{name}" in step.inputs
    return inherits and all(key in step.options for key in options)


def _differs(step: Step, options: Options) -> bool:
    return any(step.options[key] != value for key, value in options.items()) and (
        "factor" not in options  # the sign of the objective: that is a sign_error
    )


def mistakes(
    problem: Problem,
    conventions: Mapping[str, str],
    accepted: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Mistake, ...]:
    """Every mistake of the catalogue that fits the problem's graph, in working order.

    Args:
        problem: the problem.
        conventions: those of the student; a mixture is a step under another.
        accepted: the values of each convention that can be mixed in; all by default.
    """
    every = (
        accepted if accepted is not None else {c: tuple(v) for c, v in problem.conventions.items()}
    )
    return _mistakes(
        problem, tuple(sorted(conventions.items())), tuple((k, tuple(v)) for k, v in every.items())
    )


@lru_cache(maxsize=256)
def _mistakes(
    problem: Problem,
    conventions: tuple[tuple[str, str], ...],
    accepted: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[Mistake, ...]:
    graph = problem.graph(dict(conventions))
    found = [
        Mistake(code, steps)
        for step in graph.steps
        for code, rule in _RULES.get(step.operation, ())
        for steps in rule(step, graph)
    ]
    found += _mixed(problem, graph, dict(accepted))
    order = {step.name: k for k, step in enumerate(graph.steps)}
    return tuple(sorted((m for m in found if _possible(graph, m)), key=lambda m: order[m.step]))


def _possible(graph: Graph, mistake: Mistake) -> bool:
    """The shapes fit, and the result has the shape of what it replaces."""
    try:
        wrong = changed(graph, (mistake,))
    except GraphError:
        return False
    return wrong.shapes[mistake.step] == graph.shapes[mistake.step]


def changed(graph: Graph, made: tuple[Mistake, ...]) -> Graph:
    """The graph as it is worked with these mistakes."""
    by_step = {mistake.step: mistake for mistake in made}
    steps: list[Step] = []
    known: set[str] = set()
    for step in graph.steps:
        wrong = by_step.get(step.name)
        for new in wrong.steps if wrong else (step,):
            if new.name not in known:
                steps.append(new)
                known.add(new.name)
    return Graph(graph.inputs, tuple(steps))
