"""``python -m tests.benchmarks``: all tables, or those that are named; under four minutes on two processors."""

import datetime
import os
import platform
import subprocess
import sys

from tests.benchmarks import core, inspection, live, page, server

TABLES = {
    "core": core.main,
    "inspection": inspection.main,
    "page": page.main,
    "live": live.main,
    "server": server.main,
}

if __name__ == "__main__":
    wanted = sys.argv[1:] or list(TABLES)
    if unknown := set(wanted) - set(TABLES):
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    if len(wanted) == 1:
        TABLES[wanted[0]]()
    else:
        told = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
        print(f"{datetime.date.today()}, {told}", flush=True)
        for name in wanted:  # each by itself: what one sets or keeps in memory is not the next one's
            subprocess.run([sys.executable, "-m", "tests.benchmarks", name], check=True)
