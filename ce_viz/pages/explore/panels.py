"""What Explore says in words: the picked cell derived, its column added up, what Σy ≠ 1 means, and all the numbers."""

from __future__ import annotations

import math

from ce_viz.core.studies.comparison import labelled_class
from ce_viz.pages.explore import formulas
from ce_viz.pages.explore.challenges import HALF, LOW, START
from ce_viz.pages.text import joined
from ce_viz.pages.visit import Visit
from ce_viz.strings.numbers import field, number, vector

_MOST_ROWS = 8


def sum_notice(visit: Visit) -> str:
    """What holds where the label's weights do not sum to 1."""
    explanation = visit.explanation
    wrong = explanation.probs_minus_targets.tolist()
    return visit.words.fill(
        "explore.not_one_readout",
        sum=number(explanation.targets_sum),
        wrong=vector(tuple(wrong)).replace("[", r"\[").replace("]", r"\]"),
        wrong_sum=number(sum(wrong)),
    )


def cell(visit: Visit) -> str:
    """The derivation of the picked cell."""
    words, (i, j) = visit.words, visit.cell
    names = visit.markdown_names
    title = words.fill("explore.cell_readout", i=i + 1, row=names[i], j=j + 1, column=names[j])
    note = words["explore.cell_unpicked"] if visit.settings["cell"] is None else ""
    derivation = "\n".join(f"$$\n{line}\n$$" for line in formulas.jacobian_cell(visit.explanation, i, j))
    sentence = words["explore.cell_same" if i == j else "explore.cell_other"]
    return f"{joined(f'**{title}**', note, sentence)}\n{derivation}"


def challenge(visit: Visit, name: str) -> str:
    """What is to be found."""
    label = visit.markdown_names[labelled_class(visit.scenario.effective_targets)]
    start = vector(START, decimals=1).replace("[", r"\[").replace("]", r"\]")
    return visit.words.fill(
        f"explore.challenge_{name}_readout", name=label, start=start, low=LOW, half=number(HALF)
    )


def ledger(visit: Visit) -> str:
    """Column j of the terms and what it adds up to; row by row, but of many classes only the rows that weigh most."""
    words, explanation, (_, j) = visit.words, visit.explanation, visit.cell
    title = words.fill("explore.ledger_readout", j=j + 1, name=visit.markdown_names[j])
    heads = [words[f"explore.ledger_{part}"] for part in ("row", "pull", "answer", "term", "case")]
    lines = ["| " + " | ".join(heads) + " |", "|:--|--:|--:|--:|:--|"]
    names, terms = visit.markdown_names, explanation.chain_rule[:, j].tolist()
    by_weight = sorted(range(len(terms)), key=lambda i: (i != j, -abs(terms[i])))
    for i in sorted(by_weight[:_MOST_ROWS]):
        name = names[i]
        limit = (
            "" if math.isfinite(explanation.probs_grad[i]) else "→ "
        )  # ∞ · 0 is no number; the term tends to one
        cells = [
            f"{i + 1} {name}" if name != str(i + 1) else name,
            number(explanation.probs_grad[i]),
            number(explanation.jacobian[i, j]),
            limit + number(terms[i]),
        ]
        colour, case = ("red", "same") if i == j else ("blue", "other")
        lines.append(f"| {' | '.join(cells)} | :{colour}-badge[{words[f'explore.ledger_{case}']}] |")
    if rest := by_weight[_MOST_ROWS:]:
        others = words.fill("explore.ledger_others_readout", count=len(rest))
        lines.append(f"| {others} | | | {number(math.fsum(terms[i] for i in rest))} | |")
    lines.append(f"| **{words['explore.ledger_sum']}** | | | **{number(explanation.logits_grad[j])}** | |")
    table, total = "\n".join(lines), f"$$\n{formulas.column_sum(explanation, j)}\n$$"
    return f"**{title}**\n\n{table}\n\n{total}"


def table(visit: Visit) -> str:
    """All arrays of the page, tab-separated, in full precision."""
    explanation = visit.explanation
    columns = {
        "o": explanation.logits,
        "S": explanation.probs,
        "y": explanation.targets,
        "−y log S": explanation.loss_terms,
        "∂L/∂S": explanation.probs_grad,
        "∂L/∂o": explanation.logits_grad,
        "S − y": explanation.probs_minus_targets,
    }
    lines = ["\t".join([visit.words["explore.class_column"], *columns])]
    for k, name in enumerate(visit.names):
        lines.append("\t".join([name, *(field(column[k]) for column in columns.values())]))
    lines += ["", f"L\t{field(explanation.loss)}"]
    for title, matrix in (
        ("∂S_i/∂o_j", explanation.jacobian),
        ("∂L/∂S_i · ∂S_i/∂o_j", explanation.chain_rule),
    ):
        lines += ["", "\t".join([title, *visit.names])]
        lines += ["\t".join([name, *map(field, row)]) for name, row in zip(visit.names, matrix, strict=True)]
    return "\n".join(lines)
