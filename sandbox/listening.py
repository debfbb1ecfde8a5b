"""The listening socket, which can be taken away for a while: then connections are refused, as if nobody ran here."""

import asyncio
import socket

import uvicorn


class Listening:
    """Holds the server that serves the application; given by `python -m sandbox` before it starts."""

    def __init__(self) -> None:
        self.server: uvicorn.Server | None = None
        self._resuming: asyncio.Task[None] | None = None

    async def refuse(self, seconds: float) -> None:
        """Refuse connections for a while from now on, and close those that are idle.

        Requests under way are answered, and their connections closed then. Asked again meanwhile, the first wish holds.
        """
        server = self.server
        if server is None:
            raise RuntimeError("the application does not know its server")
        if server.servers:
            listener = server.servers.pop()
            address = listener.sockets[0].getsockname()
            listener.close()
            # Bound and not listening: nobody else can take the port meanwhile, and the kernel refuses for us.
            reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            reserved.bind(address)
            self._resuming = asyncio.create_task(_resume(server, reserved, seconds))
        await _close_idle_connections(server)


async def _resume(server: uvicorn.Server, reserved: socket.socket, seconds: float) -> None:
    await asyncio.sleep(seconds)
    loop, config = asyncio.get_running_loop(), server.config
    listener = await loop.create_server(
        lambda: config.http_protocol_class(  # type: ignore[call-arg]
            config=config, server_state=server.server_state, app_state=server.lifespan.state
        ),
        sock=reserved,
        backlog=config.backlog,
    )
    server.servers.append(listener)


async def _close_idle_connections(server: uvicorn.Server) -> None:
    for connection in list(server.server_state.connections):
        connection.shutdown()
    # The loop closes them in its next rounds; those that are answering stay, ours among them.
    for _ in range(3):
        await asyncio.sleep(0)
