"""The form by which local accounts sign in: one plain page that stands outside of Streamlit, before the door."""

from __future__ import annotations

import re

from ui import provider
from ui.render import escape


def page(message: str, name: str = "", wanted: str = "/") -> str:
    """wanted: where the form leads to, an address within Groundwork."""
    told = f'<p class="bad" role="alert">{escape(message)}</p>' if message else ""
    kept = {"told": told, "name": escape(name, quote=True), "next": escape(provider.inside(wanted), quote=True)}
    return re.sub(r"\{(told|name|next)\}", lambda m: kept[m[1]], _FORM)


_FORM = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in · Groundwork</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: light-dark(#fdfcfa, #171816); color: light-dark(#26231f, #e9e6df); }
form { width: min(22rem, calc(100vw - 3rem)); }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
label { display: block; margin: 0.8rem 0 0.25rem; }
input, button { font: inherit; width: 100%; box-sizing: border-box; padding: 0.55rem 0.7rem; border-radius: 0.6rem;
  border: 1px solid light-dark(#dcd6cb, #3b3d36); background: light-dark(#fff, #23251f); color: inherit; }
button { margin-top: 1.2rem; background: light-dark(#1f7a5a, #3fa37c); color: #fff; border: 0; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 2px solid light-dark(#1f7a5a, #3fa37c); outline-offset: 2px; }
.bad { border-left: 4px solid light-dark(#a9322c, #ee8f88); padding: 0.4rem 0.7rem; background: light-dark(#f2efe9, #23251f); }
</style></head><body><form method="post" action="/sign-in"><h1>Sign in to Groundwork</h1>{told}
<label for="name">Name</label><input id="name" name="name" value="{name}" autocomplete="username" required autofocus>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<input type="hidden" name="next" value="{next}"><button>Sign in</button></form></body></html>"""
