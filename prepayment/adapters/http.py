"""What the HTTP adapters share: clients, and every transport error in the product's own words.

An error of ours that leaves here carries the operation's name and the foreign error's class, never its text: the
texts quote requests and answers, with names, phone numbers and tokens in them.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from prepayment.errors import Misconfigured, NotSent, OutcomeUnknown, OutsideError
from prepayment.settings_checks import is_near

# These come before the first byte of the request; whatever comes later may have taken effect.
NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
UNSENDABLE: Final = (httpx.InvalidURL, httpx.UnsupportedProtocol)

# Below the five seconds that many servers keep an idle connection: a request that meets the end has an unknown outcome.
KEEPALIVE_SECONDS: Final = 4.0

# A code, and not a phone, card or account number: fewer than six digits.
_CODE: Final = re.compile(r"(?!(?:.*\d){6})[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)

RequestHook = Callable[[httpx.Request], None]


class _WithoutQuery(logging.Filter):
    """Takes the query off the addresses that httpx logs: Rasa wants its token there."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                value.copy_with(query=None) if isinstance(value, httpx.URL) else value
                for value in record.args
            )
        return True


_WITHOUT_QUERY: Final = _WithoutQuery()


@cache
def _tls() -> ssl.SSLContext:
    """One for all clients: reading the certificates takes longer than everything else at a start."""
    return httpx.create_ssl_context()


def make_client(
    base_url: str,
    *,
    timeout: httpx.Timeout,
    headers: Mapping[str, str] | None = None,
    request_hooks: Sequence[RequestHook] = (),
) -> httpx.Client:
    """Return a client that many threads may share. It follows no redirects and logs no query strings."""
    logging.getLogger("httpx").addFilter(_WITHOUT_QUERY)
    return httpx.Client(
        base_url=base_url,
        verify=_tls(),
        timeout=timeout,
        headers=headers,
        event_hooks={"request": list(request_hooks)},
        limits=httpx.Limits(
            max_connections=100, max_keepalive_connections=20, keepalive_expiry=KEEPALIVE_SECONDS
        ),
        # The machine's proxy is for the outside, not for neighbours on the same machine.
        trust_env=not is_near(urlsplit(base_url).hostname),
    )


def translate(operation: str, error: Exception) -> OutsideError:
    """Return the error of ours that a failed exchange stands for; anything unforeseen is an unknown outcome."""
    text = f"{operation}: {type(error).__name__}"
    if isinstance(error, NOT_SENT):
        return NotSent(text)
    if isinstance(error, UNSENDABLE):
        return Misconfigured(text)
    return OutcomeUnknown(text)


def guarded[Answer](
    operation: str,
    call: Callable[[], Answer],
    translation: Callable[[str, Exception], OutsideError] = translate,
) -> Answer:
    """Return what ``call`` returns.

    Raises:
        OutsideError: instead of anything foreign that ``call`` raises.
    """
    try:
        return call()
    except OutsideError:
        raise
    except Exception as error:
        ours = translation(operation, error)
    # Raised out here so that not even ``__context__`` leads to the foreign error.
    raise ours


def machine_code(value: object, default: str) -> str:
    """Return an outside error code when it looks like one, else ``default``: it will stand in logs and events."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else default


def json_object(response: httpx.Response) -> dict[str, Any]:
    """Return the answer's body. Raises ValueError when it is no JSON object."""
    body = response.json()
    if not isinstance(body, dict):
        raise ValueError("not a JSON object")
    return body
