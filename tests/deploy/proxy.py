"""The deployment of `.deploy/` on this machine: replicas as the image runs them, behind nginx with our settings."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / ".deploy"
_LISTEN = "listen 8080;"
_WAY_OUT = "no nginx: run `apt-get install nginx-light` or `brew install nginx`"


@dataclass
class Replica:
    """One process of the app."""

    port: int
    folder: Path
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path  # what it writes to stderr
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        """Begin, or begin once more at the same port; what is written goes on below what was."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=out
            )

    def healthy(self) -> None:
        """Wait until it answers."""
        healthy(f"http://127.0.0.1:{self.port}/_stcore/health", self.process)

    def alive(self) -> None:
        """Begin once more if it has ended."""
        if self.process.poll() is not None:
            self.start()
            self.healthy()

    def end(self) -> None:
        """Be gone without a word."""
        self.process.kill()
        self.process.wait()


def nginx() -> str:
    """An installed nginx, else one installed now; else the test fails with the way out."""
    places = os.pathsep.join(
        [os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"]
    )
    for attempt in (False, True):
        if attempt:
            _install()
        found = shutil.which("nginx", path=places)
        if found:
            return found
    pytest.fail(_WAY_OUT, pytrace=False)


def _install() -> None:
    ways = [["brew", "install", "nginx"]]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        ways = [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "nginx-light"]]
    for way in ways:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(way, check=False, capture_output=True, timeout=300)


def image(folder: Path) -> list[str]:
    """Copy what the Dockerfile copies from the repository into ``folder``; gives the command that it runs there."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    for sources in re.findall(r"^COPY (.+)$", text, re.MULTILINE):
        *names, target = shlex.split(sources)
        for name in names:
            if (ROOT / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / name, folder / target, ignore=ignored, dirs_exist_ok=True)
            else:
                shutil.copy(ROOT / name, folder / target)
    command = re.search(r"^CMD \[(.+)\]$", text, re.MULTILINE)[1]
    return [part.strip().strip('"') for part in command.split(",")]


@contextlib.contextmanager
def replicas(
    folder: Path, count: int, *, prepare: Callable[[Path], object] | None = None, **environment: str
) -> Iterator[list[Replica]]:
    """Run the image's command ``count`` times, each with a port of its own; healthy when the block begins.

    Args:
      folder: Where the image is laid out.
      count: How many processes.
      prepare: Changes something in the folder before they start.
      environment: Variables that they are given beside ours.
    """
    program, *options = image(folder)
    assert program == "streamlit"
    if prepare:
        prepare(folder)
    own = [option for option in options if not option.startswith(("--server.port", "--server.address"))]
    with contextlib.ExitStack() as stack:
        running = []
        for port in free_ports(count):
            command = [sys.executable, "-m", program, *own]
            command += [f"--server.port={port}", "--server.address=127.0.0.1"]
            replica = Replica(port, folder, command, {**os.environ, **environment}, folder / f"{port}.log")
            replica.start()
            stack.callback(replica.end)
            running.append(replica)
        for replica in running:
            replica.healthy()
        yield running


@contextlib.contextmanager
def proxied(folder: Path, ports: Sequence[int], *, retry: int = 0) -> Iterator[str]:
    """Run nginx with our configuration before these ports; gives its address. Only port and replicas are replaced.

    ``retry``: seconds after which a replica that failed is tried again, instead of those in the configuration.
    """
    port = free_ports(1)[0]
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert text.count(_LISTEN) == 1
    (folder / "nginx.conf").write_text(text.replace(_LISTEN, f"listen 127.0.0.1:{port};"), encoding="utf-8")
    pattern = r"(?m)^server [\d.]+:\d+"
    first, *_ = re.findall(rf"{pattern}.*$", (DEPLOY / "replicas.conf").read_text(encoding="utf-8"))
    if retry:
        first, count = re.subn(r"fail_timeout=\d+s", f"fail_timeout={retry}s", first)
        assert count == 1
    lines = [re.sub(pattern, f"server 127.0.0.1:{each}", first) for each in ports]
    (folder / "replicas.conf").write_text("\n".join(lines), encoding="utf-8")
    # As root, nginx would work as somebody who may not enter a test's folder.
    user = "user root root; " if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    command = [nginx(), "-p", f"{folder}/", "-e", "stderr", "-c", str(folder / "nginx.conf")]
    command += ["-g", f"{user}daemon off;"]
    checked = subprocess.run([*command, "-t"], check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr, checked.stderr
    log = folder / "nginx.log"
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as server:
        try:
            healthy(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers there."""
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        assert process.poll() is None, f"{address} ended with {process.returncode}"
        time.sleep(0.1)
    raise AssertionError(f"{address} never answered")
