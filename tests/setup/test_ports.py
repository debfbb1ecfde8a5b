"""A port in use is named with its owner."""

from __future__ import annotations

import os
import socket

from scripts.ports import is_free, owner
from scripts.services import Service, occupied


def test_a_port_in_use_is_named_with_service_and_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not is_free(port)
        assert owner(port).startswith(f"process {os.getpid()} (")
        (sentence,) = occupied([Service("web", "", port=port), Service("worker", "")])
        assert sentence.startswith(f"port {port}, which web needs, is used by process {os.getpid()} (")
    assert is_free(port)
    assert occupied([Service("web", "", port=port)]) == []


def test_a_listener_on_all_addresses_takes_the_port_on_this_machine_too() -> None:
    with socket.create_server(("", 0)) as listener:
        assert not is_free(listener.getsockname()[1])


def test_nobody_owns_a_free_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert owner(port) == "another process"
