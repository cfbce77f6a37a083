"""What visitors may try, and what the others notice: ``python -m tests.deploy.strength [ATTEMPT…]`` prints the table.

One process of the app as the image runs it, without a proxy; everything is bounded in number and time. Delays are upper
bounds: the visitors share the machine with the process. Linux only.
"""

from __future__ import annotations

import sys

from tests.deploy import strength_reading, strength_visits
from tests.deploy.attempts import table


def main(wanted: list[str]) -> int:
    """Print the table; 1 where something did not hold."""
    # A restart is the last of the visits' attempts: nobody is there after it.
    attempts = (*strength_reading.ATTEMPTS, *strength_visits.ATTEMPTS)
    return min(1, table(attempt for attempt in attempts if not wanted or attempt.__name__ in wanted))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
