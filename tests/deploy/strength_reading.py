"""Attempts that bring files: what others notice meanwhile. strength.py prints what they come to.

One visitor uploads, another one moves a hand on Explore, by the live route, as fast as it is answered. Delays are upper
bounds: the visitors share the machine with the process.
"""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import threading
import time
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.deploy.attempts import Attempt, Found
from tests.deploy.proxy import Replica
from tests.deploy.sizing import memory
from tests.wire import Seen, Visitor

MOST_MS = 100.0  # that the second visitor may wait, but for one answer in a hundred
_PAUSE = 0.02  # seconds between two of the second visitor's questions
_PATIENCE = 120.0
_LINK = "/live/explore?logits={},1,0.5"


class Uploader(Visitor):
    """A visitor who brings files to Your logits."""

    field = ""
    working = False

    def _note(self, message: Any, seen: Seen) -> None:
        super()._note(message, seen)
        kind = message.delta.new_element.WhichOneof("type")
        self.working |= kind == "progress"
        if kind == "file_uploader":
            self.field = message.delta.new_element.file_uploader.id

    async def open(self) -> None:
        """Look at the page with its sample."""
        with await asyncio.to_thread(urllib.request.urlopen, f"{self.base}/_stcore/health") as answer:
            self._cookie = answer.headers["Set-Cookie"].split(";")[0]
        await self.connect()
        await self.run()

    async def bring(self, name: str, body: bytes) -> Seen:
        """Upload a file, and ask until its figures, or words, are there."""
        await asyncio.to_thread(self._put, name, body)
        message = BackMsg()
        request = message.rerun_script
        request.query_string, request.page_name = self.address, self.page
        request.context_info.url = f"{self.base}/{self.page}"
        state = request.widget_states.widgets.add()
        state.id = self.field
        state.file_uploader_state_value.uploaded_file_info.add(file_id=name, name=name, size=len(body))
        self.working = False
        await self.send(message)
        seen = await self.finish()
        end = time.monotonic() + _PATIENCE
        while self.working and time.monotonic() < end:
            self.working = False
            await asyncio.sleep(0.3)
            seen = await self.run()
        return seen

    def _put(self, name: str, body: bytes) -> None:
        headers = {
            "Cookie": self._cookie,
            "X-Xsrftoken": self._cookie.partition("=")[2],
            "Content-Type": "multipart/form-data; boundary=edge",
        }
        address = f"{self.base}/_stcore/upload_file/{self.session}/{name}"
        with urllib.request.urlopen(urllib.request.Request(address, body, headers, method="PUT"), timeout=60):
            pass


def form(name: str, data: bytes) -> bytes:
    """A file as the browser sends it."""
    head = f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
    return b"".join((head.encode(), data, b"\r\n--edge--\r\n"))


class Hand:
    """A visitor whose hand moves; ``waits`` holds how long each answer took, in ms."""

    def __init__(self, port: int) -> None:
        self.waits: list[float] = []
        self._port, self._ends = port, threading.Event()
        self._thread = threading.Thread(target=self._move)

    def __enter__(self) -> Hand:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _move(self) -> None:
        server = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        number = 0
        while not self._ends.wait(_PAUSE):
            start, number = time.perf_counter(), number + 1
            server.request("GET", _LINK.format(number % 7))
            assert server.getresponse().read()
            self.waits.append(1000 * (time.perf_counter() - start))
        server.close()

    def told(self) -> str:
        """The waits in words."""
        return f"p50 {np.percentile(self.waits, 50):.0f}, p99 {self.p99:.0f}, most {max(self.waits):.0f} ms"

    @property
    def p99(self) -> float:
        """What 99 of 100 answers stay below."""
        return float(np.percentile(self.waits, 99))


# -- files


def logits(rows: int, kind: str) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    labels = random.integers(0, 10, rows)
    return (random.normal(size=(rows, 10)) + 2 * np.eye(10)[labels]).astype(kind), labels


def npy_of(rows: int, kind: str) -> bytes:
    values, labels = logits(rows, kind)
    stream = io.BytesIO()
    np.save(stream, np.c_[values, labels].astype(kind))
    return stream.getvalue()


def csv_of(rows: int) -> bytes:
    values, labels = logits(rows, "f8")
    text = io.StringIO("a,b,c,d,e,f,g,h,i,j,label\n")
    text.seek(0, io.SEEK_END)
    np.savetxt(text, np.c_[values, labels], fmt=["%.6f"] * 10 + ["%d"], delimiter=",")
    return text.getvalue().encode()


def json_of(rows: int) -> bytes:
    values, labels = logits(rows, "f8")
    return json.dumps({"logits": values.tolist(), "labels": labels.tolist()}).encode()


def packed(**arrays: tuple[str, tuple[int, ...], int]) -> bytes:
    """A small archive of arrays of zero bytes: type, shape and size of an entry each."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (kind, shape, size) in arrays.items():
            header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
            with archive.open(f"{name}.npy", "w") as member:
                member.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
                left = size * int(np.prod(shape))
                while left > 0:
                    left -= member.write(bytes(min(left, 1_000_000)))
    return stream.getvalue()


HOSTILE: dict[str, Callable[[], tuple[str, bytes]]] = {
    "10 million names in 10 kB": lambda: (
        "a.npz",
        packed(logits=("<f8", (4, 3), 8), labels=("<i8", (4,), 8), names=("|S1", (10_000_000,), 1)),
    ),
    "5 million words as labels": lambda: (
        "a.npz",
        packed(logits=("<f8", (4, 3), 8), labels=("|S2", (5_000_000,), 2)),
    ),
    "1.6 GB in an archive": lambda: ("a.npz", packed(logits=("<f8", (20_000_000, 10), 8))),
    "a million equal rows in an archive": lambda: (
        "a.npz",
        packed(logits=("<f8", (1_000_000, 10), 8), labels=("<i8", (1_000_000,), 8)),
    ),
    "3.5 million keys": lambda: (
        "a.json",
        json.dumps(dict.fromkeys(map(str, range(3_500_000)), 0), separators=(",", ":")).encode(),
    ),
    "49 MB with one emoji": lambda: ("a.json", ('{"a": "🐱' + "x" * 49_000_000 + '"}').encode()),
    "lists in lists": lambda: ("a.json", b"[" * 20_000_000),
    "25 million numbers": lambda: ("a.json", b"[[" + b"1," * 24_000_000 + b"1]]"),
    "a line of 49 MB": lambda: ("a.csv", b"1," * 24_500_000),
    "line breaks": lambda: ("a.csv", b"\n" * 49_000_000),
}


# -- attempts


async def uploaded(
    replica: Replica, files: Sequence[tuple[str, bytes]], told: str = "", *, takes_away: bool = True
) -> Found:
    """Each file by a visitor of its own, all at once; what a hand on another page waits meanwhile.

    Args:
      replica: The process.
      files: Name and content of each.
      told: What the page says at the end.
      takes_away: Whether the visitors press "Another file" before they leave.
    """
    visitors = [Uploader(f"http://127.0.0.1:{replica.port}", page="inspect") for _ in files]
    for visitor in visitors:
        await visitor.open()
    bodies = [(name, form(name, data)) for name, data in files]
    before, start = memory(replica), time.perf_counter()
    with Hand(replica.port) as hand:
        works = (visitor.bring(*body) for visitor, body in zip(visitors, bodies, strict=True))
        answers = await asyncio.gather(*works)
        took = time.perf_counter() - start
    after = memory(replica)
    for visitor in visitors:
        if takes_away:
            await visitor.run(press="inspect_remove")
        await visitor.close()
    right = all(told in " ".join(seen.texts) and not seen.exceptions for seen in answers)
    ended = not any(visitor.working for visitor in visitors)
    figure = f"{hand.told()}; done in {took:.1f} s, {before:.0f} to {after:.0f} MB"
    if not (right and ended):
        figure += ", **not as it should be**: " + " ".join(answers[0].texts)[:300]
    return Found(figure, hand.p99 < MOST_MS and right and ended)


async def nothing(replica: Replica) -> Found:
    """Nobody uploads anything: what the machine itself makes a hand wait."""
    with Hand(replica.port) as hand:
        await asyncio.sleep(5)
    return Found(hand.told(), hand.p99 < MOST_MS)


async def npy(replica: Replica) -> Found:
    """A .npy of 49 MB is read.

    Before: 0.9 s.
    """
    return await uploaded(replica, [("a.npy", npy_of(556_000, "f8"))], "**556,000** rows")


async def csv(replica: Replica) -> Found:
    """A .csv of 50 MB is read.

    Before: 0.5 s.
    """
    return await uploaded(replica, [("a.csv", csv_of(500_000))], "**500,000** rows")


async def json_file(replica: Replica) -> Found:
    """A .json of 38 MB is read.

    Before: 3.1 s.
    """
    return await uploaded(replica, [("a.json", json_of(180_000))], "**180,000** rows")


async def four(replica: Replica) -> Found:
    """Four visitors upload 44 MB each, at once.

    Before: 1.9 s, and 909 MB more.
    """
    data = npy_of(1_000_000, "f4")
    return await uploaded(replica, [(f"{k}.npy", data) for k in range(4)], "**1,000,000** rows")


async def hostile(replica: Replica) -> Found:
    """Files made to stop everybody, one after the other.

    Before: 8.6 s for 10 million names, 21 s for 5 million words, 15.5 s for 4.4 million keys.
    """
    figures, held = [], True
    for name, make in HOSTILE.items():
        found = await uploaded(replica, [await asyncio.to_thread(make)])
        figures.append(f"{name}: {found.figure}")
        held &= found.held
    return Found("; ".join(figures), held)


async def forgotten(replica: Replica) -> Found:
    """A visitor with 44 MB leaves; a minute later the memory is free again.

    Before: it stayed until the visit ended.
    """
    small = [("a.csv", b"a,b,label\n1,2.5,0\n2,1.5,1")]
    await uploaded(replica, small)  # what the page itself needs is no visitor's
    before = memory(replica)
    await uploaded(replica, [("a.npy", npy_of(1_000_000, "f4"))], takes_away=False)
    start = time.monotonic()
    while memory(replica) > before + 40 and time.monotonic() < start + 60:
        await asyncio.sleep(1)
    after = memory(replica)
    figure = f"{before:.0f} MB before, {after:.0f} MB {time.monotonic() - start:.0f} s after"
    return Found(figure, after <= before + 40)


ATTEMPTS: tuple[Attempt, ...] = (
    nothing,
    npy,
    csv,
    json_file,
    four,
    hostile,
    forgotten,
)
