"""HTML pages from the templates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from prepayment.amounts import format_won
from prepayment.settings import Settings
from web.korean_messages import Problem
from web.security_headers import checkout_headers

FOLDER = Path(__file__).parent / "templates"

# In the frame of the checkout, because that is where something outside can be away.
_PROBLEM = """{% extends "checkout/_base.html" %}
{% set step = None %}
{% block title %}{{ title }}{% endblock %}
{% block content %}
<section class="outcome">
  <span class="badge wait" aria-hidden="true"><svg viewBox="0 0 24 24"><path d="M12 7v6.2M12 16.6v.4"/></svg></span>
  <h1 id="news" tabindex="-1" aria-describedby="lead">{{ title }}</h1>
  <p class="lead" id="lead">{{ message }}</p>
</section>
{% endblock %}
"""


class Pages:
    """Renders templates; a variable that a template wants and nobody gave is an error."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
        )
        self._templates.filters["won"] = format_won
        self._templates.globals["sandbox"] = not settings.is_live
        self._problem = self._templates.from_string(_PROBLEM)

    def page(
        self, template: str, *, headers: Mapping[str, str], status: int = 200, **variables: Any
    ) -> HTMLResponse:
        """Return a page."""
        html = self._templates.get_template(template).render(**variables)
        return HTMLResponse(html, status_code=status, headers=headers)

    def problem(self, problem: Problem) -> HTMLResponse:
        """Return a page that says what is wrong and what to do."""
        html = self._problem.render(title=problem.title, message=problem.message)
        return HTMLResponse(html, status_code=problem.status, headers=checkout_headers(self._settings))
