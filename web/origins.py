"""Which site a request comes from."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from prepayment.settings import Settings


def origin_of(url: str) -> str:
    """Return the origin of an absolute address: ``https://host[:port]``, "" when it is none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme and parts.netloc else ""


def own_origin(settings: Settings) -> str:
    """Return the origin under which browsers reach us."""
    return origin_of(settings.public_url)


def embedding_origins(settings: Settings) -> list[str]:
    """Return the origins that may embed the chat and connect to it, our own first."""
    return list(dict.fromkeys([own_origin(settings), *settings.allowed_origins]))


def is_same_origin(headers: Headers, settings: Settings) -> bool:
    """Whether a request was made by a page of ours.

    Browsers say so in Sec-Fetch-Site, which no page can forge; older ones at least name the origin of a POST.
    """
    site = headers.get("sec-fetch-site")
    return site == "same-origin" if site else headers.get("origin") == own_origin(settings)
