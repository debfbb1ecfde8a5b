"""What the card page and the identity page share: templates, headers, and the way back to the shop."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.requests import Call

_ROOT = Path(__file__).parent

_templates = Environment(
    loader=FileSystemLoader(_ROOT / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["won"] = lambda amount: f"{amount:,}원"


def _headers(return_origin: str) -> dict[str, str]:
    # Browsers apply form-action to the redirect that follows a form, so the shop's origin must be in it.
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none';"
        f" form-action 'self' {return_origin}"
    )
    return {
        "Content-Security-Policy": policy.strip(),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def page(template: str, redirect_url: str = "", status: int = 200, **context: Any) -> Response:
    """Render a page that may send its form, or the browser after it, to the origin of `redirect_url`."""
    parts = urlsplit(redirect_url)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    html = _templates.get_template(template).render(**context)
    return HTMLResponse(html, status_code=status, headers=_headers(origin))


def for_known_windows(handle: Callable[[Call], Response]) -> Callable[[Call], Response]:
    """`handle`, with a friendly 404 page when it raises KeyError because the address belongs to no window."""

    def respond(call: Call) -> Response:
        try:
            return handle(call)
        except KeyError:
            return page("ended.html", status=404, title="없는 창이에요", back=None)

    return respond


def with_result(redirect_url: str, result: dict[str, str]) -> str:
    """`redirect_url` with `result` added to its query string."""
    parts = urlsplit(redirect_url)
    query = "&".join(part for part in (parts.query, urlencode(result)) if part)
    return urlunsplit(parts._replace(query=query))


def redirect(url: str) -> Response:
    """Leave for `url`, as a GET, without telling it where we come from."""
    return RedirectResponse(
        url, status_code=303, headers={"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    )
