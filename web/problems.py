"""Errors as answers: a friendly page for browsers, ``{error: {code, message}}`` for scripts."""

from __future__ import annotations

import logging

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from prepayment.errors import PrepaymentError
from web.korean_messages import Problem, problem, problem_of
from web.pages import Pages
from web.security_headers import NO_STORE

logger = logging.getLogger(__name__)

_CODES = {403: "forbidden", 404: "not_found"}


def problem_json(found: Problem) -> JSONResponse:
    """Return an error as JSON."""
    body = {"error": {"code": found.code, "message": found.message}}
    return JSONResponse(body, status_code=found.status, headers=NO_STORE)


def handle_problems(api: FastAPI, pages: Pages) -> None:
    """Answer every error in the customer's words; what is unforeseen is logged with its traceback by the server."""

    def answer(request: Request, found: Problem) -> Response:
        wants_page = "text/html" in request.headers.get("accept", "")
        return pages.problem(found) if wants_page else problem_json(found)

    async def of_ours(request: Request, error: Exception) -> Response:
        if not isinstance(error, PrepaymentError):
            raise error
        found = problem_of(error)
        if found.status >= 500:
            logger.warning("%s: %s", found.code, type(error).__name__)
        return answer(request, found)

    async def of_http(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            fitting = problem(_CODES.get(error.status_code, "bad_request"))
            found = Problem(fitting.code, error.status_code, fitting.title, fitting.message)
            response = answer(request, found)
            response.headers.update(error.headers or {})
            return response
        return answer(request, problem("bad_request"))

    async def unforeseen(request: Request, _: Exception) -> Response:
        return answer(request, problem("error"))

    api.add_exception_handler(PrepaymentError, of_ours)
    api.add_exception_handler(HTTPException, of_http)
    api.add_exception_handler(RequestValidationError, of_http)
    api.add_exception_handler(Exception, unforeseen)
