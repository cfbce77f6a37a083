"""Attempts of visitors who come, ask, upload and vanish. strength.py prints what they come to."""

from __future__ import annotations

import asyncio
import contextlib
import random
import resource
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from urllib.parse import parse_qs

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from tests.deploy.attempts import Attempt, Found
from tests.deploy.proxy import Replica
from tests.deploy.sizing import memory, processor
from tests.wire import Visitor

CLASS = 300
LARGE = 44_000_000  # bytes


def base_of(replica: Replica) -> str:
    return f"http://127.0.0.1:{replica.port}"


async def opened(replica: Replica, link: str = "", page: str = "") -> Visitor:
    """A visitor whose page stands."""
    visitor = Visitor(base_of(replica), link, page)
    await visitor.connect()
    await visitor.run()
    return visitor


async def timed(work: Awaitable[object]) -> float:
    start = time.perf_counter()
    await work
    return time.perf_counter() - start


@contextlib.asynccontextmanager
async def used_meanwhile(visitor: Visitor, waits: list[float]) -> AsyncIterator[None]:
    """Somebody else who changes the logits ten times a second, and how long each change took, the last one too."""
    over = False

    async def use() -> None:
        while not over:
            logits = f"{random.random():.3f}, 1, 2"
            waits.append(await timed(visitor.run(logits=logits)))
            await asyncio.sleep(0.1)

    task = asyncio.create_task(use())
    try:
        yield
        over = True
        await task
    finally:
        task.cancel()


# -- a class whose network drops


async def crowd(replica: Replica) -> list[Visitor]:
    return list(await asyncio.gather(*(opened(replica, f"logits={k},1,2") for k in range(CLASS))))


async def come_back(visitors: list[Visitor]) -> tuple[float, float]:
    """Seconds until the last is connected again, and until the last page is drawn again."""
    connected = await timed(asyncio.gather(*(visitor.connect() for visitor in visitors)))

    async def run(visitor: Visitor, number: int) -> None:
        seen = await visitor.run()
        assert parse_qs(visitor.address)["logits"] == [f"{number},1,2"]
        assert seen.fields.get("logits", wanted := f"{number}, 1, 2") == wanted
        assert not seen.exceptions

    drawn = await timed(asyncio.gather(*(run(visitor, k) for k, visitor in enumerate(visitors))))
    return connected, connected + drawn


async def drop(replica: Replica) -> Found:
    """300 visitors lose their network for five seconds; three seconds after it is back all are connected again.

    A page at rest asks for no more (``tests/browser/test_reconnect.py``); here all run theirs at once as well.

    Before: 30 visitors waited 5 s.
    """
    visitors = await crowd(replica)
    sessions = [visitor.session for visitor in visitors]
    for visitor in visitors:
        visitor.cut()
    await asyncio.sleep(5)
    used = processor(replica)
    connected, drawn = await come_back(visitors)
    used = processor(replica) - used
    kept = sum(visitor.session == session for visitor, session in zip(visitors, sessions, strict=True))
    for visitor in visitors:
        visitor.cut()
    figure = f"connected {connected:.1f} s, all redrawn {drawn:.1f} s, {used:.1f} s of processor, {kept} sessions kept"
    return Found(figure, connected < 3 and kept == CLASS)


async def restart(replica: Replica) -> Found:
    """The process dies under 300 visitors; three seconds after it is back all have their pages and their state.

    Before: the file of a visitor was silently replaced by the sample.
    """
    visitors = await crowd(replica)
    replica.end()
    start = time.perf_counter()
    replica.start()
    await asyncio.to_thread(replica.healthy)
    up = time.perf_counter() - start
    used = processor(replica)
    connected, drawn = await come_back(visitors)
    used = processor(replica) - used
    figure = (
        f"up {up:.1f} s, connected {connected:.1f} s, all redrawn {drawn:.1f} s, {used:.1f} s of processor"
    )
    return Found(figure, drawn < 3)


# -- one visitor who asks too much


async def flood(replica: Replica, seconds: int = 4) -> Found:
    """One visitor sends 500 messages a second for four seconds; another changes the logits meanwhile.

    Before: 6 s.
    """
    hostile, other = await opened(replica), await opened(replica)
    waits: list[float] = []
    async with used_meanwhile(other, waits):
        start = time.perf_counter()
        for number in range(500 * seconds):
            await hostile.send(change(hostile, f"{number % 50}, 1, 2"))
            await asyncio.sleep(max(0.0, start + number / 500 - time.perf_counter()))
    hostile.cut()
    other.cut()
    return Found(f"the other waits {max(waits):.2f} s at most", max(waits) < 1.0)


def change(visitor: Visitor, logits: str) -> BackMsg:
    message = BackMsg()
    request = message.rerun_script
    request.query_string = visitor.address
    request.context_info.url = f"{visitor.base}/"
    state = request.widget_states.widgets.add()
    state.id, state.string_value = visitor.ids["logits"], logits
    return message


async def live_flood(replica: Replica) -> Found:
    """One visitor asks the live route for 100 classes, 24 times at once without a pause; another changes the logits."""
    other = await opened(replica)
    logits = ",".join(str(k % 7) for k in range(100))
    end = time.monotonic() + 4
    statuses: list[int] = []

    def ask() -> None:
        while time.monotonic() < end:
            statuses.append(get(replica, f"/live/explore?logits={logits}", Cookie="visit=hostile")[0])

    waits: list[float] = []
    with ThreadPoolExecutor(24) as pool:
        async with used_meanwhile(other, waits):
            await asyncio.gather(*(asyncio.get_running_loop().run_in_executor(pool, ask) for _ in range(24)))
    other.cut()
    served = statuses.count(200) / 4
    figure = f"the other waits {max(waits):.2f} s at most; {served:.0f} answers a second, {statuses.count(429)} refused"
    return Found(figure, max(waits) < 1.0)


async def names(replica: Replica) -> Found:
    """One message asks for places for a million files."""
    hostile, other = await opened(replica), await opened(replica)
    message = BackMsg()
    message.file_urls_request.request_id = "1"
    message.file_urls_request.file_names.extend(["a"] * 1_000_000)
    waits: list[float] = []
    async with used_meanwhile(other, waits):
        await hostile.send(message)
        with contextlib.suppress(ConnectionClosed):
            await hostile.run()  # answered after it
    hostile.cut()
    other.cut()
    return Found(f"the other waits {max(waits):.2f} s at most", max(waits) < 1.0)


# -- files


async def files(replica: Replica) -> Found:
    """Four visitors upload ten files of 44 MB each, at once, and no page takes them.

    Before: 1,780 MB, 131 s after all had left.
    """
    visitors = [await opened(replica, page="inspect") for _ in range(4)]
    before = most = memory(replica)

    async def send(visitor: Visitor) -> None:
        nonlocal most
        for number in range(10):
            await asyncio.to_thread(upload, replica, visitor.session, f"{number}", LARGE)
            most = max(most, memory(replica))

    await asyncio.gather(*(send(visitor) for visitor in visitors))
    start = time.monotonic()
    while memory(replica) > before + 60 and time.monotonic() < start + 60:
        await asyncio.sleep(1)
    gone, after = time.monotonic() - start, memory(replica)
    for visitor in visitors:
        visitor.cut()
    figure = f"{before:.0f} MB, {most:.0f} MB at most, {after:.0f} MB after {gone:.0f} s"
    return Found(figure, after <= before + 60 and most < before + 700)


def upload(replica: Replica, session: str, name: str, size: int) -> int:
    """Send a file as the browser does; gives the status."""
    cookie = get(replica, "/_stcore/health")[1]["Set-Cookie"].split(";")[0]
    edge = b"--edge\r\n"
    head = b'Content-Disposition: form-data; name="a.csv"; filename="a.csv"\r\n\r\n'
    body = edge + head + bytes(size) + b"\r\n--edge--\r\n"
    headers = {
        "Cookie": cookie,
        "X-Xsrftoken": cookie.partition("=")[2],
        "Content-Type": "multipart/form-data; boundary=edge",
    }
    address = f"{base_of(replica)}/_stcore/upload_file/{session}/{name}"
    request = urllib.request.Request(address, body, headers, method="PUT")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return int(answer.status)


# -- the door


async def open_files(replica: Replica) -> Found:
    """How many files the process may open, of those that the system allows.

    Before: 1,024 of 65,536: 253 visitors.
    """
    soft, hard = resource.prlimit(replica.process.pid, resource.RLIMIT_NOFILE)
    return Found(f"{soft} of {hard}", soft == hard or soft >= 65_536)


async def half(replica: Replica) -> Found:
    """200 connections send half a request and stay.

    Before: held for ever.
    """
    start = time.monotonic()
    streams = [await asyncio.open_connection("127.0.0.1", replica.port) for _ in range(200)]
    for _, writer in streams:
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    ends = (asyncio.wait_for(reader.read(), 40) for reader, _ in streams)
    answers = await asyncio.gather(*ends, return_exceptions=True)
    late = sum(isinstance(answer, TimeoutError) for answer in answers)
    for _, writer in streams:
        writer.close()
    return Found(f"{200 - late} closed within {time.monotonic() - start:.0f} s", late == 0)


async def forged(replica: Replica) -> Found:
    """A page address that is none, a foreign path to the figures, a body where none belongs.

    Before: an exception; the figures open.
    """
    visitor = Visitor(base_of(replica))
    await visitor.connect()
    message = BackMsg()
    message.rerun_script.context_info.url = "http://["
    await visitor.send(message)
    seen = await visitor.finish()
    visitor.cut()
    closed = get(replica, "/_stcore/metrics")[0]
    body = get(replica, "/", b"x" * 200_000)[0]
    figure = f"{len(seen.exceptions)} errors, metrics {closed}, body {body}"
    return Found(figure, not seen.exceptions and closed == 404 and body == 413)


async def first_visitors(replica: Replica) -> Found:
    """Fifty visitors open what is expensive, Numerics and Your logits, as the first of all.

    Before: each worked out 0.4 s anew, all at once.
    """
    figures = []
    longest = 0.0
    for page in ("numerics", "inspect"):
        used = processor(replica)
        longest = max(longest, await timed(asyncio.gather(*(opened(replica, page=page) for _ in range(50)))))
        figures.append(f"{page} {processor(replica) - used:.1f} s of processor")
    return Found(f"{', '.join(figures)}, the last waits {longest:.1f} s", longest < 10)


def get(replica: Replica, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Message]:
    """Status and headers of an answer."""
    request = urllib.request.Request(f"{base_of(replica)}{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
            return answer.status, answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers


ATTEMPTS: tuple[Attempt, ...] = (
    open_files,
    first_visitors,
    drop,
    flood,
    live_flood,
    names,
    forged,
    half,
    files,
    restart,  # the last: nobody is there after it
)
