"""What Pitfalls says about a round: its texts with the numbers and classes they name."""

from __future__ import annotations

import math

from ce_viz.core.studies.pitfalls import Choice, Number, Pitfall
from ce_viz.pages.pitfalls.charts import names_of
from ce_viz.pages.pitfalls.rounds import Round
from ce_viz.pages.text import markdown
from ce_viz.pages.visit import Visit
from ce_viz.strings.numbers import field, number, vector

CODE = {
    "softmax_axis": "S = np.exp(o) / np.exp(o).sum(axis=0)",
    "double_softmax": "loss = CrossEntropyLoss()(softmax(o, dim=-1), y)",
    "labels_from_one": "y = jax.nn.one_hot([1, 2, 3], 3)",
    "label_smoothing": "loss = CrossEntropyLoss(label_smoothing=ε)",
    "softmax_derivative": "grad = (-y / S) * (S * (1 - S))",
    "sum_index": "M = (-y / S)[:, None] * J\ngrad = M.sum(axis=1)",
    "missing_derivative": "grad = S - y",
    "sign": "grad = y - S\no = o - η * grad",
    "sum_of_targets": "grad = S - y",
    "squared_error": "loss = ((S - y) ** 2).sum() / 2",
    "log_zero": "S = softmax(o)\nloss = -(y * np.log(S)).sum()",
    "batch_reduction": "loss = losses.mean()  # losses.sum()",
}
"""The line that a round is about, where it is about one."""


def option(visit: Visit, pitfall: Pitfall, code: str) -> str:
    """An option of a choice, as Markdown."""
    claim = pitfall.answer.claims.get(code) if isinstance(pitfall.answer, Choice) else None
    if claim is None:
        return visit.words[f"pitfalls.{pitfall.name}.option_{code}"]
    return visit.words.fill("pitfalls.claim_readout", claim=markdown(vector(claim)))


def answer(visit: Visit, pitfall: Pitfall) -> str:
    """The right answer, as Markdown."""
    if isinstance(pitfall.answer, Choice):
        return option(visit, pitfall, pitfall.answer.answer)
    return result(pitfall.answer.answer)


def guess(visit: Visit, pitfall: Pitfall, given: str | float) -> str:
    """What was said: an option, or the number as it was typed."""
    if isinstance(given, str):
        return option(visit, pitfall, given)
    return field(given).replace("-", "−")


def tolerance(asked: Number) -> str:
    """How far a number may be off and still be right."""
    return f"{field(100 * asked.tolerance)}%" if asked.relative else field(asked.tolerance)


def verdict(visit: Visit, pitfall: Pitfall, given: str | float) -> str:
    """What is said to a wrong guess, as Markdown: which misconception it comes from, and the right answer."""
    words = visit.words
    said = words.fill("pitfalls.was_guess_readout", guess=guess(visit, pitfall, given))
    trap = pitfall.answer.trap(given)  # type: ignore[arg-type]
    reply = say(visit, pitfall, f"said_{trap}") if trap else ""
    right = words.fill("pitfalls.was_right_readout", answer=answer(visit, pitfall))
    return f"**{words['pitfalls.verdict_wrong']}** {said} {reply}\n\n{right}"


def say(visit: Visit, pitfall: Pitfall, part: str) -> str:
    """A text of the round; one that takes numbers gets them all and uses what it names."""
    words, key = visit.words, f"pitfalls.{pitfall.name}.{part}"
    if key in words:
        return words[key]
    names = names_of(visit, pitfall)
    values = {name: field(fact).replace("-", "−") for name, fact in pitfall.facts.items()}
    values |= {name: _class(visit, k, names[k]) for name, k in pitfall.classes.items()}
    if part == "error":
        values |= {name: result(value) for name, value in pitfall.findings.items()}
        if not all(map(math.isfinite, pitfall.findings.values())) and f"{key}_gone_readout" in words:
            key = f"{key}_gone"
    return words.fill(f"{key}_readout", **values)


def whose(visit: Visit, current: Round) -> list[str]:
    """Whose numbers the charts show: the round's own, or the visitor's, as they are or as they were asked about."""
    if not current.asked.own:
        return [visit.words["pitfalls.canonical"]]
    said = [own(visit, current.shown)] if current.follows or not current.answered else []
    return [*said, *([visit.words["pitfalls.moved"]] if current.moved else [])]


def own(visit: Visit, pitfall: Pitfall) -> str:
    """That the charts show the visitor's logits, and what of the settings the round does not take."""
    settings, scenario = visit.scenario, pitfall.scenario
    other_label = settings.effective_targets != scenario.effective_targets
    other_temperature = settings.temperature != scenario.temperature
    kinds = {(True, True): "both", (True, False): "label", (False, True): "temperature"}
    kind = kinds.get((other_label, other_temperature))
    bracket = visit.words[f"pitfalls.own_{kind}"] if kind else ""
    return visit.words.fill("pitfalls.own_readout", bracket=bracket)


def _class(visit: Visit, k: int, name: str) -> str:
    """A class by number and name; ``name`` is a visitor's own text."""
    if name == str(k + 1):
        return name
    return visit.words.fill("pitfalls.class_readout", k=k + 1, name=markdown(name))


def result(value: float) -> str:
    """A result in a sentence: ``750`` and ``0.4`` as they are, large numbers without decimals."""
    short = round(value, 3) if math.isfinite(value) else value
    if abs(value - short) <= 1e-12 * abs(value):
        return field(short).replace("-", "−")
    return number(value, 0 if 100 <= abs(value) < 1e5 else 3)
