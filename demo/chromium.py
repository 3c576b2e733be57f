"""The browser that measures and photographs the page."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from pipeline.errors import InputError

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


def find_chromium() -> tuple[Callable[[], Any], str]:
    """(playwright's context manager, path of Chromium). Raises InputError where one of them is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise InputError("playwright is missing; pip install playwright") from error
    chromium = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
    if chromium is None:
        raise InputError("Chromium is missing; install it, for example with apt-get install chromium")
    return sync_playwright, chromium
