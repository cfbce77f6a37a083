"""Values within 1 ULP, whatever the numbers: each formula is written once and evaluated in one of two arithmetics.

double_double   arrays whose entries are a sum of two float64, about 80 bits
arithmetic      both arithmetics under one interface: double-double on whole arrays, decimals number by number
rows            the intermediate quantities that the formulas share: softmax weights, sums, logarithms
formulas        the formulas; each returns ``(value, scale)``
evaluate        chooses the arithmetic row by row
row_sums        the same for sums over a batch

The modules import one another in this order, `ce_viz.core.arrays`, NumPy and the standard library. Only the rest
of the core imports them.

**The invariant.** ``scale`` bounds the size of the numbers that were added up to ``value``, and each of these is
right to ``arithmetic.resolution`` of its own size. So the error of ``value`` is at most ``scale * resolution``,
however much cancelled, and the result is accepted where ``scale * resolution <= abs(value) * 2^-56``: with the
final rounding, an error below 0.63 ULP (matrices are rounded once more: 1 ULP). ``None`` as scale says that
nothing cancels. Decimals take over a row where

- that test fails in double-double arithmetic (resolution 2^-80, so from 24 cancelled bits on);
- its temperature or operand leaves the range 2^-32 to 2^32, its logits 2^900, or a value is not finite;
- ``distrust_subnormal`` sets the scale to infinity, since products near 2^-960 lose their low half;
- there are at most 16 numbers in all, for which decimals are as fast.

In decimals the number of digits follows from the same two values: 21 and as many as cancelled. The first attempt
has 28; if that is not enough, the second has what is needed.

**One number worked through.** Two classes, o = (10^-9, 0), y = (0.5, 0.5): the gradient of the first logit is
``S_1 y_2 - y_1 S_2 = 0.250000000125 - 0.249999999875 = 2.5e-10``, and scale is the sum of the two terms, 0.5.
Since scale / value = 2 * 10^9 is more than 2^24, double-double arithmetic is refused. In decimals nine digits cancel:
30 digits are needed, and the second attempt has them.

>>> import numpy as np
>>> from ce_viz.core.exact import evaluate, formulas
>>> block = evaluate.Block(np.array([[1e-9, 0.0]]), np.array([[0.5, 0.5]]), temperature=1.0)
>>> value, scale = block.with_digits(0, formulas.logits_grad, digits=28)
>>> f"{value[0, 0]:.3g}", f"{scale[0, 0]:.3g}", evaluate.digits_needed(value[:, :1], scale[:, :1])
('2.50e-10', '0.500', 30)
>>> float(block.value(formulas.logits_grad)[0, 0])
2.5e-10
"""
