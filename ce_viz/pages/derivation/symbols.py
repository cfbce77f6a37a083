"""The twelve steps of the proof in letters, as LaTeX: i names an output, j a logit, k runs over all classes."""

from __future__ import annotations

from dataclasses import dataclass

from ce_viz.pages.latex_pieces import aligned, derivative, gathered


@dataclass(frozen=True)
class Letters:
    """How the proof is written: with the temperature or without it, for labels that sum to 1 or for others."""

    scaled: bool  # T differs from 1
    sums_to_one: bool  # the labels sum to 1
    one_hot: str  # the words for the kinds of label
    smoothed: str
    masked: bool = False  # a logit is −∞
    steps: tuple[str, str, str] = ("7", "3–6", "11")  # where the three factors of ∂L/∂W are worked out

    def power(self, k: str) -> str:
        """The exponential of logit k."""
        return rf"e^{{o_{k}/T}}" if self.scaled else rf"e^{{o_{k}}}"

    @property
    def rate(self) -> str:
        """The factor that a derivative by a logit carries."""
        return r"\tfrac{1}{T}\," if self.scaled else ""

    @property
    def error(self) -> str:
        """What the gradient by all logits is, up to 1/T, as one factor."""
        return "(S - y)" if self.sums_to_one else r"\left(S\,\textstyle\sum y - y\right)"


_OUTPUT_BY_LOGIT = derivative("S_i", "o_j")
_LOSS_BY_LOGIT = derivative("L", "o_j")
_LOG_TOTAL_BY_LOGIT = derivative(r"\log Z", "o_j")
_ALL_TARGETS = r"\sum_k y_k"
_QUOTIENT = r"\frac{u'\,v - u\,v'}{v^2}"


def logits(letters: Letters) -> str:
    """o, a row of any real numbers, and the chain that leads from the loss to the weights."""
    numbers = r"\mathbb{R} \cup \{-\infty\}" if letters.masked else r"\mathbb{R}"
    factors = zip((("L", "S"), ("S", "o"), ("o", "W")), letters.steps, strict=True)
    chain = r" \cdot ".join(
        rf"\underbrace{{{derivative(*names)}}}_{{\text{{{step}}}}}" for names, step in factors
    )
    return gathered(
        rf"o = (o_1,\ o_2,\ \dots,\ o_K), \qquad o_k \in {numbers}", rf"{derivative('L', 'W')} = {chain}"
    )


def softmax(letters: Letters) -> str:
    """S_i, and that a constant added to all logits cancels."""
    moved, constant = ("e^{(o_%s + c)/T}", "e^{c/T}") if letters.scaled else ("e^{o_%s + c}", "e^{c}")
    cancelled = rf"\cancel{{{constant}}}\,"
    return aligned(
        rf"S_i &= \frac{{{letters.power('i')}}}{{Z}}, \qquad Z = \sum_{{k=1}}^{{K}} {letters.power('k')}",
        rf"\frac{{{moved % 'i'}}}{{\sum_k {moved % 'k'}}} &= "
        rf"\frac{{{cancelled}{letters.power('i')}}}{{{cancelled}\sum_k {letters.power('k')}}} = S_i",
    )


def quotient_rule(letters: Letters) -> str:
    """S_i as u/v, and what its derivative is made of."""
    own, other, rate = letters.power("i"), letters.power("j"), letters.rate
    return gathered(
        rf"S_i = \frac{{u}}{{v}}, \quad u = {own}, \quad v = Z = \sum_k {letters.power('k')}",
        rf"u' = {derivative('u', 'o_j')} = \begin{{cases}} {rate}{own} & i = j \\ 0 & i \ne j \end{{cases}}",
        rf"v' = {derivative('v', 'o_j')} = {rate}{other}",
        rf"{_OUTPUT_BY_LOGIT} = \left(\frac{{u}}{{v}}\right)' = {_QUOTIENT}",
    )


def same_index(letters: Letters) -> str:
    """Case i = j."""
    power, rate = letters.power("i"), letters.rate
    share = rf"\frac{{{power}}}{{Z}}"
    squares = [_scaled(rate, inside) for inside in (rf"{share} - \Bigl({share}\Bigr)^2", "S_i - S_i^2")]
    between = r" \\ &= " if rate else " = "  # with 1/T twice in a line it would be wider than a phone
    return aligned(
        rf"{derivative('S_i', 'o_i')} = {_QUOTIENT} &= {rate}\frac{{{power} Z - {power} {power}}}{{Z^2}}",
        f"&= {between.join(squares)}",
        rf"&= {rate}S_i\,(1 - S_i)",
    )


def _scaled(rate: str, inside: str) -> str:
    """``inside`` with the factor 1/T before it, if there is one."""
    return rf"{rate}\Bigl({inside}\Bigr)" if rate else inside


def other_index(letters: Letters) -> str:
    """Case i ≠ j."""
    own, other, rate = letters.power("i"), letters.power("j"), letters.rate
    return aligned(
        rf"{_OUTPUT_BY_LOGIT} = {_QUOTIENT} &= {rate}\frac{{0 \cdot Z - {own} {other}}}{{Z^2}}",
        rf"&= -{rate}\frac{{{own}}}{{Z}} \cdot \frac{{{other}}}{{Z}}",
        rf"&= -{rate}S_i\,S_j",
    )


def jacobian(letters: Letters) -> str:
    """Both cases as one matrix, whose rows sum to 0."""
    rate = letters.rate
    product = r"\operatorname{diag}(S) - S S^{\top}"
    return aligned(
        rf"J_{{ij}} = {_OUTPUT_BY_LOGIT} &= {rate}S_i\,(\delta_{{ij}} - S_j)",
        rf"J &= {rate}\left({product}\right)" if letters.scaled else rf"J &= {product}",
        rf"\sum_j J_{{ij}} &= {rate}S_i\,\Bigl(1 - \underbrace{{\textstyle\sum_j S_j}}_{{1}}\Bigr) = 0",
    )


def loss(_: Letters) -> str:
    """L, and its derivative by one output."""
    return aligned(r"L &= -\sum_k y_k \log S_k", rf"{derivative('L', 'S_i')} &= -\frac{{y_i}}{{S_i}}")


def chain_rule(letters: Letters) -> str:
    """The two kinds of terms of ∂L/∂o_j, S_i cancelled."""
    rate = letters.rate
    return aligned(
        rf"{_LOSS_BY_LOGIT} &= \sum_{{i=1}}^{{K}} {derivative('L', 'S_i')} \cdot {_OUTPUT_BY_LOGIT}",
        rf"&= {derivative('L', 'S_j')} \cdot {derivative('S_j', 'o_j')} "
        rf"+ \sum_{{i \ne j}} {derivative('L', 'S_i')} \cdot {_OUTPUT_BY_LOGIT}",
        rf"i = j:\; & -\frac{{y_j}}{{\cancel{{S_j}}}} \cdot {rate}\cancel{{S_j}}\,(1 - S_j) "
        rf"= -{rate}y_j\,(1 - S_j)",
        rf"i \ne j:\; & -\frac{{y_i}}{{\cancel{{S_i}}}} \cdot \left(-{rate}\cancel{{S_i}}\,S_j\right) "
        rf"= {rate}y_i\,S_j",
    )


def collected(letters: Letters) -> str:
    """The terms added up."""
    rate = letters.rate
    opened, closed = (r"\Bigl(", r"\Bigr)") if letters.scaled else ("", "")
    return aligned(
        rf"{_LOSS_BY_LOGIT} &= {rate}{opened}-y_j\,(1 - S_j) + \sum_{{i \ne j}} y_i\,S_j{closed}",
        rf"&= {rate}{opened}-y_j + \underbrace{{y_j\,S_j + \sum_{{i \ne j}} y_i\,S_j}}"
        rf"_{{S_j \sum_i y_i}}{closed}",
        rf"&= {rate}{opened}S_j \sum_i y_i - y_j{closed}",
    )


def sum_to_one(letters: Letters) -> str:
    """What labels that sum to 1 leave of it."""
    kept, condition = rf"S_j {_ALL_TARGETS} - y_j", rf"{_ALL_TARGETS} \ne 1: \quad"
    if letters.sums_to_one:
        kept, condition = "S_j - y_j", rf"{_ALL_TARGETS} = 1 \quad\Rightarrow\quad"
    result = rf"\tfrac{{1}}{{T}}\,\Bigl({kept}\Bigr)" if letters.scaled else kept
    return gathered(
        rf"{_ALL_TARGETS} = \underbrace{{1 + 0 + \dots + 0}}_{{\text{{{letters.one_hot}}}}} = 1",
        rf"{_ALL_TARGETS} = \underbrace{{(1 - \varepsilon) \cdot 1 + K \cdot \tfrac{{\varepsilon}}{{K}}}}"
        rf"_{{\text{{{letters.smoothed}}}}} = 1",
        rf"{condition} {_LOSS_BY_LOGIT} = \boldsymbol{{{result}}}",
    )


def upstream(letters: Letters) -> str:
    """The gradient of the weights of the layer below."""
    rate = letters.rate
    chain = aligned(
        rf"\underset{{K \times D}}{{{derivative('L', 'W')}}} &= "
        rf"\underbrace{{\underset{{1 \times K}}{{{derivative('L', 'S')}}} \cdot "
        rf"\underset{{K \times K}}{{{derivative('S', 'o')}}}}}_{{{rate}{letters.error}^{{\top}}}} \cdot "
        rf"\underset{{K \times (K \times D)}}{{{derivative('o', 'W')}}}",
        rf"&= {rate}\underset{{K \times 1}}{{{letters.error}}}\;\underset{{1 \times D}}{{x^{{\top}}}}",
    )
    return gathered(rf"o_j = \sum_d W_{{jd}}\,x_d + b_j, \quad {derivative('o_j', 'W_{jd}')} = x_d", chain)


def second_route(letters: Letters) -> str:
    """The same by log-sum-exp."""
    logit = "o_k/T" if letters.scaled else "o_k"
    total = rf"\Bigl({_ALL_TARGETS}\Bigr)"
    result = (
        rf"{letters.rate}\Bigl(S_j \sum_k y_k - y_j\Bigr)" if letters.scaled else rf"S_j {_ALL_TARGETS} - y_j"
    )
    return aligned(
        rf"\log S_k &= \log \frac{{{letters.power('k')}}}{{Z}} = {logit} - \log Z",
        r"L &= -\sum_k y_k \log S_k",
        rf"&= {total} \log Z - \sum_k y_k\,{logit}",
        rf"{_LOG_TOTAL_BY_LOGIT} &= \frac{{1}}{{Z}} \cdot {letters.rate}{letters.power('j')} "
        rf"= {letters.rate}S_j",
        rf"{_LOSS_BY_LOGIT} &= {result}",
    )
