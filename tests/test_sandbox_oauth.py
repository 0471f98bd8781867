"""Signing in, with Intuit's own library where it can, and the gateway's refusals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks
from quickbooks.exceptions import AuthorizationException
from quickbooks.objects import Account
from sandbox_talk import Talk

from recon.sandbox.server import Sandbox
from recon.sandbox.switches import Switches

CALLBACK = "http://localhost:8765/callback"


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """What time it is."""
        return self.time

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Hands:
    """The sandbox's clock."""
    return Hands()


@pytest.fixture
def sandbox(hands: Hands) -> Iterator[Sandbox]:
    """An empty company."""
    with Sandbox(clock=hands) as running:
        yield running


def app(sandbox: Sandbox, secret: str = "") -> AuthClient:
    """Intuit's client, pointed at the sandbox."""
    return AuthClient(
        sandbox.client_id, secret or sandbox.client_secret, CALLBACK, sandbox.discovery_url
    )


def signed_in(sandbox: Sandbox) -> AuthClient:
    """Intuit's client after the whole dance: consent, redirect, code, tokens."""
    client = app(sandbox)
    page = client.get_authorization_url([Scopes.ACCOUNTING], "state-1")
    consent = client.get(page, allow_redirects=False, timeout=10)
    back = parse_qs(urlsplit(consent.headers["location"]).query)
    assert consent.status_code == 302
    assert back["state"] == ["state-1"]
    client.get_bearer_token(back["code"][0], back["realmId"][0])
    return client


def test_intuits_client_signs_in_and_calls(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discovery, consent and code give tokens that python-quickbooks then reads with."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")

    class Local(QuickBooks):
        api_url_v3 = sandbox_api_url_v3 = f"{sandbox.base_url}/v3"

    client = signed_in(sandbox)
    books = Local(auth_client=client, company_id=client.realm_id, minorversion=75)
    assert [account.Name for account in Account.filter(Name="Checking", qb=books)] == ["Checking"]
    books.session.close()
    client.close()


def test_the_first_tokens_work_at_once(sandbox: Sandbox) -> None:
    """What the sandbox prints at its start is enough to call, refresh and revoke."""
    assert Talk(sandbox).send("GET", "preferences").status == 200
    with app(sandbox) as client:
        client.refresh(sandbox.refresh_token)
        assert client.expires_in == 3600
        assert client.access_token != sandbox.access_token
        assert client.get_user_info().json()["email"]
        assert client.revoke(client.refresh_token)
    refused = Talk(sandbox).send("GET", "preferences")
    assert (refused.status, refused.code, refused.detail) == (401, "3200", "Token revoked")


def test_a_code_is_good_once_and_for_its_own_redirect(sandbox: Sandbox) -> None:
    """The same code again, or another redirect address, is an invalid grant."""
    with app(sandbox) as client:
        for redirect, again in ((CALLBACK, True), ("http://localhost/other", False)):
            page = client.get_authorization_url([Scopes.ACCOUNTING])
            location = client.get(page, allow_redirects=False, timeout=10).headers["location"]
            code = parse_qs(urlsplit(location).query)["code"][0]
            client.redirect_uri = redirect
            if again:
                client.get_bearer_token(code, sandbox.realm_id)
            with pytest.raises(AuthClientError, match="invalid_grant"):
                client.get_bearer_token(code, sandbox.realm_id)
            client.redirect_uri = CALLBACK


def test_the_token_endpoint_is_strict(sandbox: Sandbox) -> None:
    """A wrong secret is no client, junk is no grant."""
    with app(sandbox, "wrong") as client, pytest.raises(AuthClientError) as refused:
        client.refresh(sandbox.refresh_token)
    assert refused.value.status_code == 401
    assert refused.value.intuit_tid
    url = f"{sandbox.base_url}/oauth2/v1/tokens/bearer"
    junk = requests.post(url, "x", auth=(sandbox.client_id, sandbox.client_secret), timeout=10)
    assert (junk.status_code, junk.json()) == (400, {"error": "unsupported_grant_type"})


def test_an_access_token_lives_an_hour(sandbox: Sandbox, hands: Hands) -> None:
    """After 3600 seconds the gateway answers 401 in its own lower-case shape."""
    hands.later(3600)
    assert Talk(sandbox).send("GET", "preferences").status == 200
    hands.later(1)
    expired = Talk(sandbox).send("GET", "preferences")
    assert (expired.status, expired.code) == (401, "3200")
    assert expired.detail.startswith("Token expired: ")
    assert expired.json["fault"]["type"] == "AUTHENTICATION"
    assert expired.json["queryResponse"] is None
    with app(sandbox) as client:
        client.refresh(sandbox.refresh_token)
        sandbox.access_token = client.access_token
    assert Talk(sandbox).send("GET", "preferences").status == 200


def test_a_refresh_token_ends_after_100_days(sandbox: Sandbox, hands: Hands) -> None:
    """Then nothing but signing in again helps."""
    hands.later(100 * 86_400 + 1)
    with app(sandbox) as client, pytest.raises(AuthClientError, match="invalid_grant"):
        client.refresh(sandbox.refresh_token)


def test_rotation_ends_the_old_refresh_token() -> None:
    """With token_rotation=rotate a refresh token works once."""
    switches = Switches(token_rotation="rotate")
    with Sandbox(switches=switches) as sandbox, app(sandbox) as client:
        client.refresh(sandbox.refresh_token)
        newer = client.refresh_token
        assert newer != sandbox.refresh_token
        with pytest.raises(AuthClientError, match="Incorrect or invalid refresh token"):
            client.refresh(sandbox.refresh_token)
        client.refresh(newer)


def test_another_company_is_forbidden(sandbox: Sandbox) -> None:
    """A realm that the app is not connected to gives 403 in the gateway's shape."""
    sandbox.realm_id = "1"
    refused = Talk(sandbox).send("GET", "preferences")
    assert (refused.status, refused.code) == (403, "3100")
    assert "ApplicationAuthorizationFailed" in refused.errors[0]["message"]


def test_python_quickbooks_says_when_the_token_is_wrong(sandbox: Sandbox) -> None:
    """Its own session hook is enough: any object with `request` and `access_token`."""
    books = QuickBooks(company_id=sandbox.realm_id, minorversion=75)
    books.api_url_v3 = f"{sandbox.base_url}/v3"
    with requests.Session() as session:
        session.access_token = "wrong"
        books.session = session
        with pytest.raises(AuthorizationException) as refused:
            Account.all(qb=books)
    assert "Malformed bearer token" in refused.value.detail


def test_no_token_at_all(sandbox: Sandbox) -> None:
    """A call without Authorization is told so."""
    talk = Talk(sandbox)
    del talk.session.headers["Authorization"]
    assert talk.send("GET", "preferences").code == "3202"


def test_every_answer_has_a_trace_id(sandbox: Sandbox) -> None:
    """intuit_tid stands on answers of the API and of the sign-in."""
    tids = {
        Talk(sandbox).send("GET", "preferences").headers["intuit_tid"],
        requests.get(sandbox.discovery_url, timeout=10).headers["intuit_tid"],
    }
    assert len(tids) == 2
    keys = requests.get(f"{sandbox.base_url}/op/v1/jwks", timeout=10).json()
    assert keys == {"keys": []}
