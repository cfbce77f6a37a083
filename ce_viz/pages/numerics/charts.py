"""The cards of Numerics: each section's charts with their words."""

from __future__ import annotations

from ce_viz.core.studies.clipping import ClippingCurves
from ce_viz.core.studies.explicit_chain import ExplicitChain
from ce_viz.core.studies.precision import (
    DTYPES,
    FORMULAS,
    QUANTITIES,
    Comparison,
    first_breaks,
    gap_sweep,
    significant_bits,
)
from ce_viz.core.studies.reference import overflow_threshold
from ce_viz.live import Chart
from ce_viz.pages.numerics import curves
from ce_viz.pages.numerics import figures as tables
from ce_viz.pages.visit import Visit
from ce_viz.strings import Words
from ce_viz.strings.numbers import number, raised, vector

_SYMBOLS = {"probs": "S_w", "log_probs": "log S_w", "loss": "−Σ y_k log S_k", "logits_grad": "∂L/∂o_t"}


def formula_names(words: Words) -> list[str]:
    """What the four formulas are called, in their order."""
    return [words[f"numerics.{name}"] for name in FORMULAS]


def exact_text(digits: str) -> str:
    """A decimal number as a person reads it: ``−8.4967…·10⁻¹⁸``; exponents may be beyond float64's.

    >>> exact_text("-1.5e-434"), exact_text("0.25"), exact_text("Infinity")
    ('−1.5·10⁻⁴³⁴', '0.25', '∞')
    """
    mantissa, _, exponent = digits.replace("Infinity", "∞").partition("e")
    power = f"·10{raised(exponent.lstrip('+'))}" if exponent else ""
    return mantissa.replace("-", "−") + power


def comparisons(visit: Visit, compared: Comparison) -> list[Chart]:
    """Results and errors of all formulas in all types, a card for each quantity."""
    words = visit.words
    return [
        Chart(
            name=f"compare_{quantity}",
            figure=tables.comparison(compared, q, formula_names(words)),
            title=words[f"numerics.{quantity}"],
            formula=_SYMBOLS[quantity],
            hint=words.fill("numerics.exact_readout", value=exact_text(compared.exact[q][-1])),
            alt=_table_alternative(
                words,
                quantity,
                [[number(value, 4) for value in row] for row in compared.values[q].tolist()],
            ),
            kind="plain",
        )
        for q, quantity in enumerate(QUANTITIES)
    ]


def _table_alternative(words: Words, quantity: str, texts: list[list[str]]) -> str:
    rows = [
        f"{name}: " + ", ".join(f"{dtype} {text}" for dtype, text in zip(DTYPES, row, strict=True))
        for name, row in zip(formula_names(words), texts, strict=True)
    ]
    return f"{words[f'numerics.{quantity}']}. " + "; ".join(rows)


def breaks(visit: Visit) -> list[Chart]:
    """The first breaking logits, a card for each quantity."""
    words = visit.words
    by_type = [first_breaks(dtype).tolist() for dtype in DTYPES]
    charts = []
    for q, quantity in enumerate(QUANTITIES):
        rows = [[first[q][f] for first in by_type] for f in range(len(FORMULAS))]
        texts = [[tables.break_text(logit, words["numerics.never"]) for logit in row] for row in rows]
        charts.append(
            Chart(
                name=f"breaks_{quantity}",
                figure=tables.breaks(rows, texts, formula_names(words)),
                title=words[f"numerics.breaks_{quantity}"],
                formula=_SYMBOLS[quantity],
                hint=words[f"numerics.breaks_{quantity}_hint"],
                alt=_table_alternative(words, f"breaks_{quantity}", texts),
                kind="plain",
            )
        )
    return charts


def errors(visit: Visit, compared: Comparison, dtype: str) -> list[Chart]:
    """Error against the winner's lead: the winner's log-softmax, and the true class's gradient."""
    words, first = visit.words, first_breaks(dtype)
    charts = []
    for quantity in ("log_probs", "logits_grad"):
        lost = words.fill(
            f"numerics.errors_{quantity}_readout",
            dtype=dtype,
            usual=number(first[QUANTITIES.index(quantity), FORMULAS.index("shifted")], 1),
        )
        figure = curves.error_curves(
            gap_sweep(dtype),
            quantity,
            formula_names(words),
            bits=significant_bits(dtype),
            overflow=overflow_threshold(dtype),
            lead=compared.lead,
            words=words.section("numerics.axes"),
        )
        charts.append(
            Chart(
                name=f"errors_{quantity}",
                figure=figure,
                title=words[f"numerics.errors_{quantity}"],
                formula=_SYMBOLS[quantity],
                hint=lost,
                alt=f"{words[f'numerics.errors_{quantity}']}: {lost}",
                kind="plain",
            )
        )
    return charts


def chain(visit: Visit, worked: ExplicitChain) -> list[Chart]:
    """−y/S × Jacobian = the product, with the fused gradient below it."""
    words = visit.words
    rows = [words["numerics.chain_explicit"], words["numerics.chain_fused"]]
    jacobian = tables.chain_jacobian(worked, visit.scenario.temperature)
    parts = [
        ("chain_probs_grad", tables.chain_pull(worked), "−y_i/S_i", "×", "probs_grad"),
        ("chain_jacobian", jacobian, "∂S_i/∂o_j", "=", "jacobian"),
        ("chain_product", tables.chain_product(worked, rows), "∂L/∂o_j", "", "logits_grad"),
    ]
    product = "; ".join(
        f"{row}: {vector(tuple(values.tolist()))}"
        for row, values in zip(rows, (worked.explicit, worked.fused), strict=True)
    )
    spoken = {
        "chain_probs_grad": vector(tuple(worked.probs_grad.tolist())),
        "chain_jacobian": ", ".join(vector(tuple(row.tolist())) for row in worked.jacobian[:8]),
        "chain_product": product,
    }
    return [
        Chart(
            name=name,
            figure=figure,
            title=words[f"charts.{title}"],
            formula=formula,
            hint=words[f"numerics.{name}_hint"],
            alt=f"{words[f'charts.{title}']}. {spoken[name]}",
            joiner=joiner,
            kind="plain",
        )
        for name, figure, formula, joiner, title in parts
    ]


def clipping(visit: Visit, compared: Comparison, clipped: ClippingCurves) -> list[Chart]:
    """Loss and gradient with and without the clip."""
    words, behind = visit.words, compared.behind
    axes = words.section("numerics.axes")
    parts = [
        ("clip_loss", curves.clipping_loss(clipped, behind=behind, words=axes), "L"),
        ("clip_grad", curves.clipping_grad(clipped, behind=behind, words=axes), "∂L/∂o_t"),
    ]
    return [
        Chart(
            name=name,
            figure=figure,
            title=words[f"numerics.{name}"],
            formula=formula,
            hint=words[f"numerics.{name}_hint"],
            alt=f"{words[f'numerics.{name}']}. {words[f'numerics.{name}_hint']}",
            kind="plain",
        )
        for name, figure, formula in parts
    ]
