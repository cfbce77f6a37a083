"""What is set once for the server's process."""

from __future__ import annotations

import gc
import socket

from ce_viz.pages.frame import server


def waits(connection: socket.socket) -> bool:
    """Whether small messages are held back until the last one has been received."""
    return not connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_no_message_waits_for_the_receipt_of_the_one_before_it():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        early = socket.create_connection(listening.getsockname())
        accepted, _ = listening.accept()
        assert waits(accepted)
        server._send_at_once()
        late = socket.create_connection(listening.getsockname())
        accepted_later, _ = listening.accept()
        assert not waits(accepted)
        assert not waits(accepted_later)
        for connection in (early, accepted, late, accepted_later):
            connection.close()


def test_the_collector_comes_rarely():
    kept = gc.get_threshold()
    try:
        server._collect_rarely()
        young, looks, old_looks = gc.get_threshold()
        assert young < 5_000  # or a look takes so long that it is felt
        assert young * looks * old_looks > 500_000
    finally:
        gc.unfreeze()
        gc.set_threshold(*kept)
