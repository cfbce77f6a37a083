"""Numbers as a person reads them: a real minus sign, no NaN in disguise, tiny values never shown as 0.

``number`` is for plain text and charts, ``latex`` for formulas; both round to the same digits, and ``parse``
reads either back.
"""

from __future__ import annotations

import math
import re

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FROM_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_FIXED_BELOW = 1e5


def _split(value: float, decimals: int) -> tuple[str, int]:
    """Mantissa text and power of ten; the power is 0 where fixed notation says enough."""
    size = abs(value)
    if value == 0 or (0.5 * 10.0**-decimals <= size < _FIXED_BELOW):
        return f"{value:.{decimals}f}", 0
    mantissa, _, exponent = f"{value:.{max(decimals - 2, 0)}e}".partition("e")
    return mantissa, int(exponent)


def number(value: float, decimals: int = 3) -> str:
    """``value`` for plain text: ``−0.691``, ``2.0·10⁻¹¹``, ``∞``, ``NaN``.

    >>> number(-0.69147), number(2.04e-11), number(float("-inf"))
    ('−0.691', '2.0·10⁻¹¹', '−∞')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    mantissa, power = _split(value + 0.0, decimals)
    text = mantissa if power == 0 else f"{mantissa}·10{raised(str(power))}"
    return text.replace("-", "−")


def latex(value: float, decimals: int = 3) -> str:
    r"""``value`` for a formula: ``-0.691``, ``2.0\cdot10^{-11}``, ``\infty``.

    >>> latex(2.04e-11)
    '2.0\\cdot10^{-11}'
    """
    if math.isnan(value):
        return r"\mathrm{NaN}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    mantissa, power = _split(value + 0.0, decimals)
    return mantissa if power == 0 else rf"{mantissa}\cdot10^{{{power}}}"


def parse(text: str) -> float:
    """The value that a text of ``number`` or ``latex`` shows.

    >>> parse("2.0·10⁻¹¹"), parse("-0.691")
    (2e-11, -0.691)
    """
    plain = text.strip("()").replace("−", "-").replace(r"\cdot", "·")
    if plain in {"NaN", r"\mathrm{NaN}"}:
        return math.nan
    if plain.lstrip("-") in {"∞", r"\infty"}:
        return -math.inf if plain.startswith("-") else math.inf
    mantissa, _, power = plain.partition("·10")
    exponent = re.sub(r"[\^{}]", "", power).translate(_FROM_SUPERSCRIPTS)
    return float(f"{mantissa}e{exponent or 0}")


def raised(digits: str) -> str:
    """An exponent's digits in superscript: ``⁻¹²``."""
    return digits.translate(_SUPERSCRIPTS)


def shows(text: str, value: float) -> bool:
    """Whether ``text``, of ``number`` or ``latex``, is ``value`` to its last digit.

    >>> shows("0.160", 0.15951), shows("0.160", 0.15948)
    (True, False)
    """
    shown = parse(text)
    if not (math.isfinite(shown) and math.isfinite(value)):
        return shown == value or (math.isnan(shown) and math.isnan(value))
    mantissa, _, power = text.replace("·10", r"\cdot10").partition(r"\cdot10")
    exponent = int(re.sub(r"[\^{}]", "", power).translate(_FROM_SUPERSCRIPTS) or 0)
    digits = len(mantissa.partition(".")[2]) - exponent
    return abs(shown - value) <= 0.5 * 10.0**-digits * (1 + 1e-9)


def field(value: float) -> str:
    """``value`` as it stands in a text field and in a link: the fewest digits that read back to it.

    >>> field(2.0), field(0.1), field(1e-7), field(float("-inf"))
    ('2', '0.1', '1e-7', '-inf')
    """
    if math.isfinite(value) and value == int(value) and abs(value) < 1e16:
        return str(int(value))
    return re.sub(r"e(-?)\+?0*", r"e\1", repr(float(value)))


def vector(values: tuple[float, ...], decimals: int = 3, at_most: int = 8) -> str:
    """``[0.626, −0.691, 0.065]``; long ones are cut with an ellipsis."""
    shown = [number(value, decimals) for value in values[:at_most]]
    return "[" + ", ".join(shown) + (", …" if len(values) > at_most else "") + "]"
