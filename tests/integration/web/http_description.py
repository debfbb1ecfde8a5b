"""The HTTP API as it is meant to answer: FastAPI's description of its routes, with what each may answer added.

A route that is not in ``ANSWERS`` fails the tests: its answers have to be written down here first.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"
EVENTS: Final = "text/event-stream; charset=utf-8"
# Every answer of the site has them, whatever its route says.
HEADERS: Final = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
)

# A problem is a page for browsers and JSON for scripts; what is none of both is empty.
_PROBLEM: Final = (HTML, JSON)
_PAGE: Final[dict[int, tuple[str, ...]]] = {200: (HTML,)}
_BACK: Final[dict[int, tuple[str, ...]]] = {303: (), 400: _PROBLEM}
_AT_THE_DESK: Final[dict[int, tuple[str, ...]]] = {
    400: _PROBLEM,
    401: (JSON,),
    403: _PROBLEM,
    404: _PROBLEM,
    409: (JSON,),
}
ANSWERS: Final[dict[tuple[str, str], dict[int, tuple[str, ...]]]] = {
    ("get", "/health"): {200: (JSON,), 503: (JSON,)},
    ("get", "/chat"): _PAGE,
    ("get", "/pay/{token}"): {200: (HTML,), 404: _PROBLEM},
    ("post", "/pay/{token}/identity"): {200: (JSON,), 404: _PROBLEM, 409: _PROBLEM, 422: _PROBLEM},
    ("get", "/pay/{token}/identity/return"): _BACK,
    ("post", "/pay/{token}/payment"): {200: (JSON,), 404: _PROBLEM, 409: _PROBLEM, 422: _PROBLEM},
    ("get", "/pay/{token}/payment/return"): _BACK,
    ("get", "/pay/{token}/receipt"): {200: (HTML,), 404: _PROBLEM},
    ("get", "/pay/{token}/status"): {200: (JSON,), 404: _PROBLEM},
    ("get", "/desk"): {200: (HTML,), 303: ()},
    ("get", "/desk/login"): {200: (HTML,), 303: ()},
    ("post", "/desk/login"): {303: (), 400: _PROBLEM, 403: _PROBLEM, 429: (HTML,)},
    ("post", "/desk/logout"): {303: (), 403: _PROBLEM},
    # Its answer has no end, so the tests of the description see only who it is refused to.
    ("get", "/desk/feed"): {200: (EVENTS,), 400: _PROBLEM, 401: (JSON,)},
    ("post", "/desk/tickets/{number}/join"): {200: (JSON,), **_AT_THE_DESK},
    ("post", "/desk/tickets/{number}/messages"): {200: (JSON,), **_AT_THE_DESK},
    ("post", "/desk/tickets/{number}/leave"): {200: (JSON,), **_AT_THE_DESK},
    ("post", "/webhooks/portone"): {200: (), 400: (), 413: ()},
    ("get", "/"): _PAGE,
    ("get", "/portal"): _PAGE,
    ("get", "/portal/embed/bare"): _PAGE,
    ("get", "/portal/embed/hostile"): _PAGE,
    ("get", "/portal/login"): {200: (HTML,), 400: _PROBLEM},
    ("post", "/portal/login"): {303: (), 400: _PROBLEM, 403: _PROBLEM, 422: (HTML,)},
    ("post", "/portal/logout"): {303: (), 403: _PROBLEM},
    ("get", "/portal/identity"): {200: (JSON,), 204: ()},
}


def operations(description: dict[str, Any]) -> list[tuple[str, str]]:
    """Return method and path of every route that a description holds."""
    return [(method, path) for path, item in description["paths"].items() for method in item]


def described(site: FastAPI) -> dict[str, Any]:
    """Return the site's OpenAPI description with its answers in the place of FastAPI's guesses."""
    description = site.openapi()
    # It is read as it comes, because its signature is over the bytes: FastAPI knows nothing of it.
    description["paths"]["/webhooks/portone"]["post"]["requestBody"] = {
        "content": {"application/json": {"schema": {"type": "object"}}}
    }
    # Any object may come; the generator has to be told what a message is to make one that is taken.
    said = {
        "id": {"type": "string", "pattern": "^[a-z0-9]{8,36}$"},
        "text": {"type": "string", "minLength": 1},
    }
    description["paths"]["/desk/tickets/{number}/messages"]["post"]["requestBody"] = {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": said, "required": list(said)},
            }
        },
    }
    headers = {name: {"required": True, "schema": {"type": "string", "minLength": 1}} for name in HEADERS}
    for method, path in operations(description):
        description["paths"][path][method]["responses"] = {
            str(status): {
                "description": "",
                "headers": headers,
                **({"content": {kind: {"schema": {}} for kind in kinds}} if kinds else {}),
            }
            for status, kinds in ANSWERS.get((method, path), {}).items()
        }
    return description
