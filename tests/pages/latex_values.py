"""LaTeX of the derivation's numbers, read back and worked out."""

from __future__ import annotations

import math
import re

from ce_viz.strings.numbers import shows

_NUMBER = r"-?(\d+(\.\d+)?(\\cdot10\^\{-?\d+\})?|\\infty)"
_SIZES = re.compile(r"\\(left|right|Biggl|Biggr|Bigl|Bigr|displaystyle|textstyle)(?![a-z])")


def results(latex: str) -> list[str]:
    """The bold numbers, in order."""
    return [_group(latex, match.end() - 1)[0] for match in re.finditer(r"\\mathbf\{", latex)]


def statements(latex: str) -> list[list[float]]:
    """Each line's numerical sides: ``a ≈ b·c ≈ d`` gives the three values; sides with letters are left out."""
    return [[value for _, value in chain] for chain in sides(latex)]


def misprints(latex: str) -> list[str]:
    """Sides whose printed numbers do not come to the result that ends their line, to its last printed digit."""
    wrong = []
    for chain in sides(re.sub(r"\\begin\{bmatrix\}.*?\\end\{bmatrix\}", "matrix", latex)):
        *worked, (result, value) = chain
        text = _unwrapped(result, r"\mathbf{", "", "{}").strip()
        if not re.fullmatch(_NUMBER, text) or value == 0:  # a sum of rounded numbers rarely meets 0
            continue
        wrong += [f"{side} = {number!r}, not {text}" for side, number in worked if not shows(text, number)]
    return wrong


def sides(latex: str) -> list[list[tuple[str, float]]]:
    """Each line's numerical sides, as they are printed and worked out."""
    text = re.sub(r"\\(begin|end)\{(aligned|gathered)\}", "\n", latex)
    text = re.sub(r"\\\\(?:\[[^]]*\])?\s*&\\quad -", " -", text)  # a sum that goes on in the next line
    lines = re.split(r"\\\\(?:\[[^]]*\])?|,\s*&|\n|\\quad", text)
    chains: list[list[tuple[str, float]]] = []
    for line in lines:
        parts = re.split(r"\\approx|(?<![\\a-z])=", line.replace("&", ""))
        values = [(part, value) for part in parts if (value := _worked_out(part)) is not None]
        continues = line.replace("&", "").strip().startswith((r"\approx", "="))
        if continues and chains:
            chains[-1] += values
        elif values or len(parts) > 1:  # an equation of letters may go on in numbers
            chains.append(values)
    return [chain for chain in chains if len(chain) > 1]


def matrices(latex: str) -> list[list[list[str]]]:
    """The entries of each matrix, as they are written."""
    bodies = re.findall(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", latex)
    return [[[cell.strip() for cell in row.split("&")] for row in body.split(r"\\")] for body in bodies]


def _worked_out(side: str) -> float | None:
    text = _SIZES.sub("", side).replace(r"\,", "").replace(r"\tfrac", r"\frac").strip()
    text = _unwrapped(text, r"\mathbf{", "{}", "({})").replace(r"\infty", "inf")
    while r"\frac{" in text:
        text = _fraction(text)
    text = re.sub(r"e\^\{([^{}]*)\}", r"exp(\1)", text)
    text = re.sub(r"\^\{([^{}]*)\}", r"**(\1)", text).replace("^2", "**2").replace(r"\cdot", "*")
    text = re.sub(r"\\log\s*(\([^()]*\)|[\d.]+)", r"log(\1)", text)
    if not text or not re.fullmatch(r"(exp|log|inf|[-+*/(). \d])+", text):
        return None
    names = {"exp": _exp, "log": math.log, "inf": math.inf, "__builtins__": {}}
    return float(eval(text, names))  # only digits, operators and two functions can stand here


def _exp(exponent: float) -> float:
    return math.exp(exponent) if exponent < 700 else math.inf


def _group(text: str, start: int) -> tuple[str, int]:
    """What stands in the braces that open at ``start``, and where they end."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start + 1 : at], at + 1
    raise ValueError(f"braces of {text!r} do not close")


def _unwrapped(text: str, opening: str, _: str, shape: str) -> str:
    while opening in text:
        start = text.index(opening)
        inside, end = _group(text, start + len(opening) - 1)
        text = text[:start] + shape.format(inside) + text[end:]
    return text


def _fraction(text: str) -> str:
    start = text.index(r"\frac{")
    above, middle = _group(text, start + len(r"\frac"))
    below, end = _group(text, middle)
    return f"{text[:start]}(({above})/({below})){text[end:]}"
