"""Two models on the same rows, in words and as a table."""

from __future__ import annotations

from ce_viz.core.inspection.compared import Comparison
from ce_viz.core.inspection.pairing import ComparisonError
from ce_viz.pages.inspect.judged import Told
from ce_viz.strings import Words
from ce_viz.strings.numbers import number

_FIGURES = ("loss", "accuracy", "brier", "ece", "smooth_ece", "overconfidence", "temperature", "scaled_loss")
_SHARES = frozenset(("accuracy", "overconfidence"))


def columns(words: Words, comparison: Comparison) -> dict[str, list[str]]:
    """The figures of both, side by side."""
    first = [getattr(comparison.first, name) for name in _FIGURES]
    second = [getattr(comparison.second, name) for name in _FIGURES]
    differences = [b - a for a, b in zip(first, second, strict=True)]
    texts = words.section("inspect.comparison")
    return {
        texts["figure"]: [texts[name] for name in _FIGURES],
        texts["first"]: [_shown(*pair) for pair in zip(_FIGURES, first, strict=True)],
        texts["second"]: [_shown(*pair) for pair in zip(_FIGURES, second, strict=True)],
        texts["difference"]: [_shown(*pair) for pair in zip(_FIGURES, differences, strict=True)],
    }


def told(words: Words, comparison: Comparison) -> list[Told]:
    """Whether the difference may be chance."""
    gap, texts = comparison.loss_difference, words.section("inspect.comparison")
    difference = words.fill(
        "inspect.comparison.loss_difference_readout",
        mean=number(gap.mean),
        low=number(gap.low),
        high=number(gap.high),
    )
    case = "better" if gap.high < 0 else "worse" if gap.low > 0 else "open"
    counts = words.fill(
        "inspect.comparison.mcnemar_readout",
        first=f"{comparison.first_only:,}",
        second=f"{comparison.second_only:,}",
        p=number(comparison.p_value),
    )
    return [
        Told(
            texts["loss_difference"],
            f"{difference} · {texts[f'loss_{case}']}",
            texts["loss_difference_help"],
            texts["loss_difference_act"],
        ),
        Told(texts["mcnemar"], counts, texts["mcnemar_help"], texts["mcnemar_act"]),
    ]


def refusal(words: Words, error: ComparisonError) -> str:
    """Why two tables cannot be compared."""
    return words.fill(
        f"inspect.comparison.errors.{error.code}_readout",
        first=f"{error.first:,}",
        second=f"{error.second:,}",
    )


def _shown(name: str, value: float) -> str:
    return f"{100 * value:.2f}%".replace("-", "−") if name in _SHARES else number(value)
