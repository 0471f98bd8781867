"""Credentials, where tokens are kept, and refreshing them once."""

from __future__ import annotations

import stat
import sys
import threading
from pathlib import Path

import pytest

from recon.errors import AuthError, BusyError, ConfigError
from recon.qbo.auth import Credentials, FileStore, KeyringStore, MemoryStore, SignIn, Tokens
from recon.qbo.client import QboClient, sandbox_client
from recon.sandbox.server import Sandbox
from recon.sandbox.switches import Switches


def credentials(sandbox: Sandbox, **changed: str) -> Credentials:
    """Of the sandbox's one app."""
    told = sandbox.describe()
    return Credentials(
        **{
            "realm_id": told["realm_id"],
            "client_id": told["client_id"],
            "client_secret": told["client_secret"],
            "environment": told["discovery_url"],
            "base_url": told["base_url"],
            **changed,
        }
    )


def test_no_secret_is_shown() -> None:
    """Neither credentials nor tokens nor clients show a secret when printed."""
    mine = Credentials("1", "app", "s3cret", "sandbox")
    tokens = Tokens("acc3ss", "r3fresh")
    sign_in = SignIn(mine, MemoryStore(tokens))
    with QboClient(sign_in) as client:
        said = repr((mine, tokens, MemoryStore(tokens), sign_in, client))
    for secret in ("s3cret", "acc3ss", "r3fresh"):
        assert secret not in said


def test_plain_http_only_to_this_machine() -> None:
    """Tokens never travel over a network unencrypted."""
    with pytest.raises(ConfigError, match="not reached over https"):
        Credentials("1", "a", "b", "http://example.com/discovery", "http://example.com")
    with pytest.raises(ConfigError, match="not reached over https"):
        Credentials("1", "a", "b", "http://127.0.0.1/discovery", "http://127.0.0.1.example.com")


def test_an_expired_token_is_refreshed_once_and_kept() -> None:
    """401 leads to one refresh, what came back is kept, and the call is answered."""
    with Sandbox(switches=Switches(token_rotation="rotate")) as sandbox:
        store = MemoryStore(Tokens("stale", sandbox.refresh_token))
        with QboClient(SignIn(credentials(sandbox), store)) as client:
            assert client.query("SELECT * FROM CompanyInfo")
            assert store.tokens is not None
            assert store.tokens.access_token != "stale"
            assert store.tokens.refresh_token != sandbox.refresh_token
            assert client.query("SELECT * FROM CompanyInfo")
        calls = sandbox.counters()
    assert calls["POST query"] == 3  # refused, answered, answered


def test_clients_of_many_threads_refresh_together_once() -> None:
    """Whoever comes second uses what the first one got; with rotation a second refresh fails."""
    with Sandbox(switches=Switches(token_rotation="rotate")) as sandbox:
        sign_in = SignIn(credentials(sandbox), MemoryStore(Tokens("stale", sandbox.refresh_token)))
        clients = [QboClient(sign_in) for _ in range(4)]
        answers: list[int] = []

        def ask(client: QboClient) -> None:
            answers.append(len(client.query("SELECT * FROM CompanyInfo")))
            client.close()

        threads = [threading.Thread(target=ask, args=(c,)) for c in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [1, 1, 1, 1]


def test_a_refused_refresh_asks_to_connect_again() -> None:
    """A revoked or lost refresh token is AuthError, and its text holds no token."""
    with Sandbox() as sandbox:
        store = MemoryStore(Tokens("stale", "l0st"))
        with (
            QboClient(SignIn(credentials(sandbox), store)) as client,
            pytest.raises(AuthError, match="Connect to QuickBooks again") as caught,
        ):
            client.query("SELECT * FROM CompanyInfo")
    assert "l0st" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_sign_in_server_that_is_not_there_is_busy() -> None:
    """No connection for the refresh: run it again later."""
    with Sandbox() as sandbox:
        gone = credentials(sandbox, environment="http://127.0.0.1:9/none")
        with (
            QboClient(SignIn(gone, MemoryStore(Tokens("stale", "r")))) as client,
            pytest.raises(BusyError, match="sign-in server cannot be reached"),
        ):
            client.query("SELECT * FROM CompanyInfo")


def test_a_company_that_was_never_connected() -> None:
    """No tokens: say so before anything is called."""
    with (
        QboClient(SignIn(Credentials("7", "a", "b"), MemoryStore())) as client,
        pytest.raises(AuthError, match="Company 7 is not connected"),
    ):
        client.query("SELECT * FROM CompanyInfo")


def test_a_token_file_is_its_owners_alone(tmp_path: Path) -> None:
    """The file is 0600, is replaced whole, and gives back what was kept."""
    store = FileStore(tmp_path / "tokens.json")
    assert store.load() is None
    for word in ("one", "two"):
        store.save(Tokens(word, "r"))
        assert store.load() == Tokens(word, "r")
    if sys.platform != "win32":
        assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["tokens.json"]


def test_a_spoiled_token_file_is_not_quoted(tmp_path: Path) -> None:
    """What cannot be read may be half a secret."""
    path = tmp_path / "tokens.json"
    path.write_text('{"access_token": "acc3ss"', encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        FileStore(path).load()
    assert "acc3ss" not in str(caught.value)


def test_a_missing_keyring_is_one_sentence(tmp_path: Path) -> None:
    """Without a keyring nothing falls back to plain text by itself."""
    store = KeyringStore("sandbox", "1", tmp_path)
    with pytest.raises(ConfigError, match="keyring cannot be used"):
        store.save(Tokens("a", "r"))
    assert list(tmp_path.iterdir()) == []


def test_the_sandboxs_description_must_be_whole() -> None:
    """What is missing is named."""
    with pytest.raises(ConfigError, match="lacks client_id"):
        sandbox_client({"realm_id": "1"})


@pytest.mark.parametrize("elsewhere", ["base_url", "discovery_url"])
def test_what_is_called_a_sandbox_is_on_this_computer(elsewhere: str) -> None:
    """A real company's address in the description must not pass for a sandbox."""
    here = "http://127.0.0.1:9/"
    names = ("realm_id", "client_id", "client_secret", "access_token", "refresh_token")
    told = {**dict.fromkeys(names, "x"), "base_url": here, "discovery_url": here}
    sandbox_client(told).close()
    with pytest.raises(ConfigError, match="not on this computer"):
        sandbox_client({**told, elsewhere: "https://quickbooks.example.com/"})
