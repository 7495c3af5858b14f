"""A small OpenID provider over HTTP, for tests: discovery, a page that asks who you are, codes for tokens, keys.

Strict: a code is used once, for its client, its address and its PKCE verifier; what does not fit is refused and remembered.
`twist` changes the identity token before it is signed, or how, for attacks on whoever trusts it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "groundwork", "client-secret-4711"
PEOPLE: dict[str, dict[str, Any]] = {
    "ann": {"sub": "1", "email": "Ann@Example.org", "email_verified": True, "name": "Ann"},
    "bob": {"sub": "2", "email": "bob@example.org", "email_verified": True},
    "eve": {"sub": "3", "email": "ann@example.org", "email_verified": False},
    "zoe": {"sub": "4", "email": "zoe@example.org", "email_verified": True},
    "out": {"sub": "5", "email": "out@elsewhere.org", "email_verified": True},
    "root": {"sub": "root"},
}


class OpenID:
    def __init__(self) -> None:
        self.key, self.other = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
        self.codes: dict[str, dict[str, str]] = {}
        self.failures: list[str] = []
        self.ended = 0  # how many were signed out here
        self.twist: Callable[[dict[str, Any]], RSAKey | None] = lambda claims: None
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._http.provider = self  # pyright: ignore[reportAttributeAccessIssue]
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def discovery(self) -> dict[str, Any]:
        ends = {f"{k}_endpoint": f"{self.url}/{k}" for k in ("authorization", "token", "userinfo", "end_session")}
        return {
            "issuer": self.url,
            **ends,
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def grant(self, asked: dict[str, str], person: str) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "person": person}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked.get('state', '')})}"

    def tokens(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        """Raises ValueError with OAuth's word for what is wrong."""
        client, secret = form.get("client_id", ""), form.get("client_secret", "")
        if authorization.startswith("Basic "):
            client, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
        if (client, secret) != (CLIENT, SECRET):
            raise ValueError("invalid_client")
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            raise ValueError("invalid_grant")
        if challenge := asked.get("code_challenge"):
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
                raise ValueError("invalid_grant")
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **PEOPLE[asked["person"]]}
        if "nonce" in asked:
            claims["nonce"] = asked["nonce"]
        key = self.twist(claims) or self.key
        token = jwt.encode({"alg": "RS256", "kid": self.key.thumbprint()}, claims, key)
        access = f"access-{asked['person']}"
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token}


class _Handler(BaseHTTPRequestHandler):
    @property
    def _owner(self) -> OpenID:
        return self.server.provider  # pyright: ignore[reportAttributeAccessIssue]

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the console."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {k: v[0] for k, v in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self._json(200, self._owner.discovery())
        elif parts.path == "/jwks":
            public = {**self._owner.key.as_dict(private=False), "kid": self._owner.key.thumbprint(), "use": "sig"}
            self._json(200, {"keys": [public]})
        elif parts.path == "/authorization":
            missing = {"client_id", "redirect_uri", "response_type", "scope", "state"} - set(asked)
            if missing or asked["client_id"] != CLIENT or "openid" not in asked["scope"].split():
                self._owner.failures.append(f"a bad request for authorization: {asked}")
                self._json(400, {"error": "invalid_request"})
                return
            links = "".join(f'<p><a href="{escape(self._owner.grant(asked, p))}">{p}</a></p>' for p in PEOPLE)
            self._send(200, f"<h1>Who are you?</h1>{links}".encode(), "text/html")
        elif parts.path == "/end_session":
            missing = {"id_token_hint", "post_logout_redirect_uri"} - set(asked)
            if missing or asked.get("client_id", CLIENT) != CLIENT:
                self._owner.failures.append(f"a bad request to sign out: {asked}")
            self._owner.ended += 1
            self.send_response(302)
            self.send_header("Location", asked.get("post_logout_redirect_uri", "/"))
            self.end_headers()
        elif parts.path == "/userinfo":
            person = self.headers.get("Authorization", "").removeprefix("Bearer access-")
            self._json(200, PEOPLE.get(person, {}))
        else:
            self._json(404, {"error": "not_found"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = {k: v[0] for k, v in parse_qs(body).items()}
        try:
            self._json(200, self._owner.tokens(form, self.headers.get("Authorization", "")))
        except ValueError as e:
            self._owner.failures.append(f"no tokens: {e}")
            self._json(400, {"error": str(e)})

    def _json(self, status: int, body: Any) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
