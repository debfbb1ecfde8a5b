"""A sandbox process of one's own, for runs that need much of it."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.integration.sandbox.harness import (
    API_SECRET,
    CARRIER_KEY,
    Sandbox,
    free_port,
    sandbox_environment,
)
from tests.support.process import running

_MEMORY = Path("/dev/shm")  # noqa: S108 - where there is one, nothing has to reach a disk


@contextmanager
def scratch_directory() -> Iterator[Path]:
    """A directory in memory, where the machine has such a place."""
    with tempfile.TemporaryDirectory(
        prefix="prepayment-money-", dir=_MEMORY if _MEMORY.is_dir() else None
    ) as name:
        yield Path(name)


@contextmanager
def calls_at(url: str, directory: Path) -> Iterator[Sandbox]:
    """Calls at a running sandbox with its files in ``directory``; nothing is connected before the first call."""
    tls = ssl.create_default_context()

    def client(base_url: str, authorization: str = "") -> httpx.Client:
        return httpx.Client(
            base_url=base_url,
            headers={"Authorization": authorization} if authorization else {},
            trust_env=False,
            verify=tls,
            timeout=60,
            limits=httpx.Limits(max_connections=None),
        )

    with (
        client(url) as public,
        client(url, f"PortOne {API_SECRET}") as portone,
        client(f"{url}/carrier", f"Bearer {CARRIER_KEY}") as carrier,
    ):
        yield Sandbox(url, directory, public, portone, carrier)


@contextmanager
def own_sandbox(directory: Path) -> Iterator[Sandbox]:
    """Run a sandbox with its files in ``directory``, which is made."""
    directory.mkdir()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        running("sandbox", directory, sandbox_environment(directory, port), url),
        calls_at(url, directory) as sandbox,
    ):
        yield sandbox
