"""What holds for the whole site: headers, files, health, errors, and what live mode leaves out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from prepayment.bootstrap import bootstrap
from prepayment.settings import Settings
from tests.integration.web.stack import HOST_SITE, Stack, web_settings
from web.app import make_application

Get = Callable[..., httpx.Response]


@pytest.fixture
def in_process() -> Iterator[Callable[[Settings], Get]]:
    """Serves a site with other settings in this process; gives a function that asks it for a path."""
    apps = []

    def site(settings: Settings) -> Get:
        apps.append(app := bootstrap(settings))
        transport = httpx.ASGITransport(make_application(app))

        async def ask(path: str, **options: Any) -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as client:
                return await client.request(options.pop("method", "GET"), path, **options)

        return lambda path, **options: asyncio.run(ask(path, **options))

    yield site
    for app in apps:
        app.close()


def test_health_is_good_while_the_database_answers(stack: Stack) -> None:
    assert stack.http.get("/health").json() == {"status": "ok"}


def test_health_is_bad_while_the_database_cannot_be_used(
    tmp_path: Path, in_process: Callable[[Settings], Get]
) -> None:
    """A database without tables is none."""
    get = in_process(web_settings(tmp_path, "http://127.0.0.1:9", tmp_path, port=20_001, rasa_port=20_002))
    response = get("/health")
    assert response.status_code == 503
    assert "sqlite" not in response.text.lower()


def test_what_nobody_foresaw_is_a_friendly_page_without_a_trace(
    tmp_path: Path, in_process: Callable[[Settings], Get]
) -> None:
    settings = web_settings(tmp_path, "http://127.0.0.1:9", tmp_path, port=20_001, rasa_port=20_002)
    app = bootstrap(settings)
    transport = httpx.ASGITransport(make_application(app), raise_app_exceptions=False)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as client:
            return await client.get("/pay/some-token", headers={"Accept": "text/html"})

    response = asyncio.run(ask())
    app.close()
    assert response.status_code == 500
    assert "다시 결제하지 말고" in response.text
    assert "Traceback" not in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/chat", "/portal/login", "/health", "/static/theme.css", "/nowhere"])
def test_every_answer_has_the_security_headers(stack: Stack, path: str) -> None:
    headers = stack.http.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "camera=()" in headers["permissions-policy"]
    assert "referrer-policy" in headers
    assert "server" not in headers


def test_the_chat_may_be_framed_by_the_allowed_sites_only(stack: Stack) -> None:
    response = stack.http.get("/chat")
    ancestors = next(
        one.strip() for one in response.headers["content-security-policy"].split(";") if "ancestors" in one
    )
    assert ancestors == f"frame-ancestors 'self' {stack.settings.public_url} {HOST_SITE}"
    assert HOST_SITE in response.text
    assert 'lang="ko"' in response.text


@pytest.mark.parametrize(("asked", "given"), [("en", "en"), ("ko", "ko"), ('"><script>', "ko")])
def test_the_chat_speaks_two_languages(stack: Stack, asked: str, given: str) -> None:
    page = stack.http.get("/chat", params={"lang": asked}).text
    assert f'<html lang="{given}">' in page
    assert '"><script>' not in page


@pytest.mark.parametrize("name", ["loader.js", "chat.js", "chat.css", "checkout.js", "theme.css"])
def test_files_are_kept_and_asked_for_again_by_their_tag(stack: Stack, name: str) -> None:
    first = stack.http.get(f"/static/{name}")
    assert first.status_code == 200
    assert "max-age" in first.headers["cache-control"]
    again = stack.http.get(f"/static/{name}", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_files_outside_the_folder_are_not_served(stack: Stack) -> None:
    assert stack.http.get("/static/..%2fserver.py").status_code == 404


@pytest.mark.parametrize(
    "path", ["/conversations", "/model", "/webhooks/rest/webhook", "/docs", "/openapi.json"]
)
def test_row_51_nothing_of_the_dialogue_engine_or_of_the_framework_shows(stack: Stack, path: str) -> None:
    assert stack.http.get(path).status_code == 404


def test_an_unknown_address_is_a_page_for_people_and_json_for_scripts(stack: Stack) -> None:
    page = stack.http.get("/nowhere", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "없는 화면이에요" in page.text
    assert stack.http.get("/nowhere").json()["error"]["code"] == "not_found"


def test_a_wrong_method_says_which_are_right(stack: Stack) -> None:
    response = stack.http.get("/webhooks/portone")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/", "/portal", "/portal/login", "/portal/identity"])
def test_live_mode_has_no_demo_site(tmp_path: Path, in_process: Callable[[Settings], Get], path: str) -> None:
    get = in_process(_live(tmp_path))
    assert get(path).status_code == 404


def test_live_mode_lets_portones_own_script_in(tmp_path: Path, in_process: Callable[[Settings], Get]) -> None:
    response = in_process(_live(tmp_path))("/nowhere", headers={"Accept": "text/html"})
    assert (
        "script-src 'self' https://cdn.portone.io https://*.portone.io"
        in response.headers["content-security-policy"]
    )
    assert response.headers["strict-transport-security"].startswith("max-age=")


def _live(directory: Path) -> Settings:
    return Settings(
        environment="live",
        var_dir=directory,
        public_url="https://pay.example.com",
        login_url="https://www.example.com/login",
        allowed_origins=("https://www.example.com",),
        carrier_url="https://billing.example.com",
        rasa_token=SecretStr("r" * 32),
        carrier_api_key=SecretStr("c" * 32),
        portone_api_secret=SecretStr("p" * 32),
        portone_webhook_secrets=(SecretStr("whsec_" + "d" * 44),),
        chat_token_secret=SecretStr("h" * 32),
        identity_token_secret=SecretStr("i" * 32),
    )
