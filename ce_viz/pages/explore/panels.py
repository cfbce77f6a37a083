"""Below Explore's charts: the picked cell derived, its column added up, and all the numbers as text."""

from __future__ import annotations

import math

import streamlit as st

from ce_viz.figures.style import NUMBERS_UP_TO
from ce_viz.pages.explore import formulas
from ce_viz.pages.frame import memory
from ce_viz.pages.frame import state as link
from ce_viz.pages.visit import Visit
from ce_viz.strings.numbers import field, number

_MOST_ROWS = 8
_FIELD_WIDTH = 106  # pixels: a number and a short name
_PRESENTED_WIDTH = 160  # the same in the presenter mode's larger type


def pickers(visit: Visit) -> None:
    """The output i and the logit j that the derivation is about, where cells are too small to be clicked."""
    words = visit.words
    if len(visit.names) <= NUMBERS_UP_TO:
        return
    st.session_state["cell_i"], st.session_state["cell_j"] = visit.cell[0] + 1, visit.cell[1] + 1

    def pick() -> None:
        link.put(cell=(memory.entered("cell_i"), memory.entered("cell_j")))

    for key, label in (("cell_i", "explore.cell_row"), ("cell_j", "explore.cell_column")):
        st.selectbox(
            words[label],
            range(1, len(visit.names) + 1),
            format_func=lambda k: _class_label(visit, k - 1),
            key=key,
            on_change=pick,
            width=_PRESENTED_WIDTH if visit.present else _FIELD_WIDTH,
        )


def surroundings(visit: Visit) -> tuple[object, ...]:
    """All that ``pickers`` and ``numbers`` show."""
    picked = visit.cell if len(visit.names) > NUMBERS_UP_TO else None
    return picked, visit.scenario if memory.recall("numbers_open", bool) else None


def panels(visit: Visit) -> None:
    """The derivation of the picked cell beside its column: a list of two, since each of Streamlit's elements costs."""
    memory.remember("shown_cell", visit.cell)
    entries = (_cell(visit), _ledger(visit))
    st.markdown("\n".join("- " + entry.replace("\n", "\n  ") for entry in entries))


def _cell(visit: Visit) -> str:
    words, (i, j) = visit.words, visit.cell
    derivation = "\n".join(f"$$\n{line}\n$$" for line in formulas.jacobian_cell(visit.explanation, i, j))
    sentence = words["explore.cell_same" if i == j else "explore.cell_other"]
    return f"**{words['explore.cell']}.** {sentence}\n{derivation}"


def _class_label(visit: Visit, k: int) -> str:
    return str(k + 1) if visit.names[k] == str(k + 1) else f"{k + 1} · {visit.names[k]}"


def _ledger(visit: Visit) -> str:
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


def numbers(visit: Visit) -> None:
    """Every number on the page, to read and to copy; while a bar is dragged they wait for its last value.

    Closed, it holds none.
    """
    words = visit.words
    panel = st.expander(words["explore.numbers"], key="numbers", on_change="rerun")
    memory.remember("numbers_open", bool(panel.open))
    if panel.open:
        with panel:
            st.caption(words["explore.numbers_help"])
            st.code(_table(visit), language=None, wrap_lines=False)


def _table(visit: Visit) -> str:
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
