"""Signing in, with Intuit's own library where it can, and the gateway's refusals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from intuitlib import migration
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from intuitlib.utils import validate_id_token
from quickbooks import QuickBooks
from quickbooks.exceptions import AuthorizationException
from quickbooks.objects import Account
from sandbox_talk import Talk

from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox

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


def call(sandbox: Sandbox, token: str) -> tuple[int, str, str]:
    """Status, fault code and detail of one call with a token; "" where there is no fault."""
    talk = Talk(sandbox)
    talk.session.headers["Authorization"] = f"Bearer {token}"
    reply = talk.send("GET", "preferences")
    return reply.status, reply.code, reply.detail if reply.errors else ""


def signed_in(sandbox: Sandbox, scopes: list[Scopes] | None = None) -> AuthClient:
    """Intuit's client after the whole dance: consent, redirect, code, tokens."""
    client = app(sandbox)
    page = client.get_authorization_url(scopes or [Scopes.ACCOUNTING], "state-1")
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
    books.current_user_url = f"{sandbox.base_url}/api/v1/user/current"
    assert books.get_current_user()["email"]
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


def test_discovery_needs_no_last_slash(sandbox: Sandbox) -> None:
    """The document comes at once either way: not every client follows a redirect."""
    said = [
        requests.get(url, timeout=10, allow_redirects=False).json()
        for url in (sandbox.discovery_url, sandbox.discovery_url.rstrip("/"))
    ]
    assert said[0] == said[1]


def test_an_id_token_is_signed(sandbox: Sandbox) -> None:
    """Who asks for openid gets an id token that intuit-oauth accepts; a changed one it does not."""
    now = datetime.now(UTC)
    with Sandbox(clock=lambda: now) as running:
        client = signed_in(running, [Scopes.ACCOUNTING, Scopes.OPENID])
        assert client.id_token
        header, body, signature = client.id_token.split(".")
        where = (running.client_id, client.issuer_uri, client.jwks_uri)
        assert validate_id_token(client.id_token, *where)
        changed = signature[:-8] + ("AAAAAAAA" if signature[-8:] != "AAAAAAAA" else "BBBBBBBB")
        assert not validate_id_token(f"{header}.{body}.{changed}", *where)
        client.close()


def test_a_refresh_token_takes_its_own_access_tokens_with_it(sandbox: Sandbox) -> None:
    """Revoking one consent leaves another alone; by JSON or, as some send it, by a form."""
    first, second = signed_in(sandbox), signed_in(sandbox)
    first.revoke(first.refresh_token)
    assert call(sandbox, first.access_token) == (401, "3200", "Token revoked")
    assert call(sandbox, second.access_token)[0] == 200
    url = f"{sandbox.base_url}/v2/oauth2/tokens/revoke"
    auth = (sandbox.client_id, sandbox.client_secret)
    form = {"token": second.access_token}
    assert requests.post(url, data=form, auth=auth, timeout=10).status_code == 200
    assert requests.post(url, data=form, auth=auth, timeout=10).status_code == 400
    assert call(sandbox, second.access_token)[0] == 401
    with pytest.raises(AuthClientError, match="invalid_grant"):
        first.refresh()
    second.refresh()
    assert call(sandbox, second.access_token)[0] == 200
    first.close()
    second.close()


def test_a_code_used_twice_ends_its_tokens(sandbox: Sandbox) -> None:
    """The second exchange is refused, and what the first one gave is revoked."""
    client = app(sandbox)
    page = client.get_authorization_url([Scopes.ACCOUNTING])
    location = client.get(page, allow_redirects=False, timeout=10).headers["location"]
    code = parse_qs(urlsplit(location).query)["code"][0]
    client.get_bearer_token(code, sandbox.realm_id)
    with pytest.raises(AuthClientError, match="used before"):
        client.get_bearer_token(code, sandbox.realm_id)
    assert call(sandbox, client.access_token)[2] == "Token revoked"
    client.close()


def test_a_refresh_token_is_replaced_once_a_day(sandbox: Sandbox, hands: Hands) -> None:
    """Within a day it stays; then there is a new one, and the old one works another day."""
    with app(sandbox) as client:
        client.refresh(sandbox.refresh_token)
        assert client.refresh_token == sandbox.refresh_token
        hands.later(86_400)
        client.refresh(sandbox.refresh_token)
        newer = client.refresh_token
        assert newer != sandbox.refresh_token
        hands.later(86_400)
        client.refresh(sandbox.refresh_token)
        hands.later(1)
        with pytest.raises(AuthClientError, match="invalid_grant"):
            client.refresh(sandbox.refresh_token)
        client.refresh(newer)


def test_no_refresh_prolongs_a_consent_for_ever(sandbox: Sandbox, hands: Hands) -> None:
    """After five years only a new consent helps; the token endpoint says how long there is."""
    token = sandbox.refresh_token
    url, auth = f"{sandbox.base_url}/oauth2/v1/tokens/bearer", ("sandbox-client-id", "")
    body = {"grant_type": "refresh_token", "refresh_token": token,
            "client_id": sandbox.client_id, "client_secret": sandbox.client_secret}  # fmt: skip
    asked = {"x-include-refresh-token-hard-expires-in": "true"}
    hands.later(1000)
    answer = requests.post(url, data=body, headers=asked, timeout=10).json()
    assert answer["x_refresh_token_hard_expires_in"] == 157_680_000 - 1000
    assert requests.post(url, data=body, auth=auth, timeout=10).status_code == 401
    for _ in range(19):
        hands.later(99 * 86_400)
        answer = requests.post(url, data={**body, "refresh_token": token}, timeout=10).json()
        if "error" in answer:
            break
        token = answer["refresh_token"]
    assert answer["error"] == "invalid_grant"
    assert hands.time - datetime(2026, 11, 22, 12, tzinfo=UTC) > timedelta(days=5 * 365)


def test_reuse_can_end_the_whole_consent() -> None:
    """With refresh_reuse=revoke a stolen, used token is of no use to the thief nor to the owner."""
    switches = Switches(token_rotation="rotate", refresh_reuse="revoke")
    with Sandbox(switches=switches) as sandbox, app(sandbox) as client:
        client.refresh(sandbox.refresh_token)
        newer = client.refresh_token
        with pytest.raises(AuthClientError, match="invalid_grant"):
            client.refresh(sandbox.refresh_token)
        with pytest.raises(AuthClientError, match="invalid_grant"):
            client.refresh(newer)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"client_id": "somebody"}, ""),
    ],
)
def test_what_consent_is_asked_wrongly(
    sandbox: Sandbox, change: dict[str, str], error: str
) -> None:
    """The app is told by its redirect address; an unknown app is told nothing there."""
    asked = {"client_id": sandbox.client_id, "response_type": "code", "redirect_uri": CALLBACK,
             "scope": Scopes.ACCOUNTING.value, "state": "s"} | change  # fmt: skip
    page = f"{sandbox.base_url}/connect/oauth2"
    answer = requests.get(page, params=asked, allow_redirects=False, timeout=10)
    if error:
        back = parse_qs(urlsplit(answer.headers["location"]).query)
        assert (back["error"], back["state"], "code" in back) == ([error], ["s"], False)
    else:
        assert answer.status_code == 400


def test_a_person_may_say_no() -> None:
    """With consent=denied the app gets access_denied and no code."""
    with Sandbox(switches=Switches(consent="denied")) as sandbox, app(sandbox) as client:
        page = client.get_authorization_url([Scopes.ACCOUNTING], "s")
        location = client.get(page, allow_redirects=False, timeout=10).headers["location"]
        assert parse_qs(urlsplit(location).query)["error"] == ["access_denied"]


def test_without_the_accounting_scope_there_are_no_books(sandbox: Sandbox) -> None:
    """A token for somebody's name alone opens no company."""
    client = signed_in(sandbox, [Scopes.EMAIL])
    assert call(sandbox, client.access_token)[:2] == (403, "3100")
    client.close()


def test_tokens_of_the_old_kind_are_migrated(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """intuit-oauth's migrate gives an OAuth 1.0 app its first OAuth 2.0 tokens."""
    with app(sandbox) as client:
        url = f"{sandbox.base_url}/v2/oauth2/tokens/migrate"
        monkeypatch.setattr(migration, "MIGRATION_URL", {"sandbox": url, "production": url})
        migration.migrate("key", "secret", "token", "tokensecret", client, [Scopes.ACCOUNTING])
        assert call(sandbox, client.access_token)[0] == 200
        assert client.realmId == sandbox.realm_id
    bare = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    assert requests.post(url, json=bare, timeout=10).status_code == 401
