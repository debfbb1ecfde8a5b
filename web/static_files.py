"""Scripts, styles and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "static"


class _CachedFiles(StaticFiles):
    """Files whose names stay the same over releases: kept for a minute, then asked for again by ETag."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=60, must-revalidate"
        # Host sites load the loader from their own pages.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


def static_files() -> StaticFiles:
    """Return the application that serves ``web/static``."""
    return _CachedFiles(directory=FOLDER)
