"""What Numerics says in words around its charts, and its numbers as a table."""

from __future__ import annotations

from ce_viz.core.studies.clipping import ClippingCurves
from ce_viz.core.studies.explicit_chain import ExplicitChain
from ce_viz.core.studies.precision import DTYPES, QUANTITIES, Comparison, first_breaks
from ce_viz.core.studies.reference import overflow_threshold
from ce_viz.pages.numerics.charts import formula_names
from ce_viz.pages.visit import Visit
from ce_viz.strings.numbers import field, number, vector


def logits(visit: Visit, compared: Comparison) -> str:
    """The logits, who wins by how much, and whose gradient is meant."""
    words, scenario, names = visit.words, visit.scenario, visit.markdown_names
    winner, lead, true = names[compared.winner], number(compared.lead), names[compared.label]
    targets = scenario.effective_targets
    tied = scenario.mode == "soft" and targets.count(max(targets)) > 1
    ahead = "winner" if scenario.temperature == 1 else "winner_divided"
    return " · ".join(
        (
            words.fill("numerics.logits_readout", logits=_bracketed(scenario.logits)),
            words.fill(f"numerics.{ahead}_readout", winner=winner, lead=lead),
            words.fill("numerics.tied_readout" if tied else "numerics.true_readout", true=true),
        )
    )


def formula(visit: Visit, name: str) -> str:
    """One of the four formulas: its name, how it is written, and where it fails."""
    title, written, fails = (visit.words[f"numerics.{name}{part}"] for part in ("", "_formula", "_fails"))
    return f"**{title}**  \n{written}\n\n:small[{fails}]"


def temperature(visit: Visit) -> str:
    """How the formulas read at a temperature; nothing at 1."""
    temperature = visit.scenario.temperature
    if temperature == 1:
        return ""
    return visit.words.fill("numerics.temperature_readout", temperature=number(temperature, 2))


def breaks(visit: Visit) -> str:
    """Where the exponential overflows in each type."""
    thresholds = {dtype: number(overflow_threshold(dtype), 2) for dtype in DTYPES}
    return visit.words.fill("numerics.breaks_readout", **thresholds)


def chain(visit: Visit, worked: ExplicitChain) -> str:
    """Gradient and loss multiplied out and fused; nothing where a presenter has covered the product."""
    if "chain_product" in visit.hidden:
        return ""
    return visit.words.fill(
        "numerics.chain_readout",
        dtype=visit.settings["dtype"],
        explicit=_bracketed(tuple(worked.explicit.tolist())),
        explicit_loss=number(worked.explicit_loss),
        fused=_bracketed(tuple(worked.fused.tolist())),
        fused_loss=number(worked.fused_loss),
    )


def clipping(visit: Visit, clipped: ClippingCurves) -> str:
    """What adding the constant costs."""
    cap, gap = number(clipped.largest_loss, 2), number(clipped.half_gap, 2)
    return visit.words.fill("numerics.clipping_readout", clip=visit.settings["clip"], cap=cap, gap=gap)


def table(visit: Visit, compared: Comparison) -> str:
    """Every result with its exact value and its error, tab-separated, in full precision."""
    words = visit.words
    heads = ("quantity", "formula", "type", "result", "exact", "ulp", "first")
    lines = ["\t".join(words[f"numerics.columns.{head}"] for head in heads)]
    for q, quantity in enumerate(QUANTITIES):
        for f, formula in enumerate(formula_names(words)):
            for d, dtype in enumerate(DTYPES):
                cells = (
                    words[f"numerics.{quantity}"],
                    formula,
                    dtype,
                    field(compared.values[q, f, d]),
                    compared.exact[q][d],
                    field(compared.ulp_errors[q, f, d]),
                    field(first_breaks(dtype)[q, f]),
                )
                lines.append("\t".join(cells))
    return "\n".join(lines)


def _bracketed(values: tuple[float, ...]) -> str:
    return vector(values).replace("[", r"\[").replace("]", r"\]")
