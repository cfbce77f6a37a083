"""Places worth visiting: logits at which something plain to see happens."""

import math
import sys
from collections.abc import Sequence


def settled_logits(targets: Sequence[float], *, temperature: float = 1.0) -> tuple[float, ...]:
    """Logits at which the gradient of the cross-entropy is zero: ``T log(y / max y)``.

    There ``softmax(o/T) = y / sum(y)``. A target of 0 puts its logit at ``-inf``: the optimum of a one-hot label
    lies at infinity.

    Args:
      targets: K weights >= 0, at least one of them positive.
      temperature: T > 0.

    Returns:
      K logits, the largest 0.

    >>> settled_logits([1.0, 0.0])
    (0.0, -inf)
    """
    largest = max(targets)
    if not largest > 0:
        raise ValueError(f"targets must hold a positive weight, got {tuple(targets)}")
    return tuple(temperature * _log_ratio(target, largest) if target > 0 else -math.inf for target in targets)


def _log_ratio(target: float, largest: float) -> float:
    ratio = target / largest
    if ratio >= sys.float_info.min:
        return math.log(ratio)
    return math.log(target) - math.log(largest)  # the quotient has lost digits, or all of them


def shifted_logits(logits: Sequence[float], amount: float) -> tuple[float, ...]:
    """Every logit moved by ``amount``: softmax does not see it."""
    return tuple(logit + amount for logit in logits)


def winning_logits(logits: Sequence[float], lead: float) -> tuple[float, ...]:
    """The largest logit (the first of a tie) set ``lead`` above the next one."""
    winner = max(range(len(logits)), key=logits.__getitem__)
    runner_up = max(logit for k, logit in enumerate(logits) if k != winner)
    ahead = runner_up + lead if math.isfinite(runner_up) else logits[winner]
    return tuple(ahead if k == winner else logit for k, logit in enumerate(logits))
