"""The pictures of the page for the README, of the bundled clip: `python -m demo.screenshots -o docs/pictures`.

Needs Chromium (Debian: `apt-get install chromium`) and `pip install playwright`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from demo.app import open_page
from demo.app import parse_arguments as page_arguments
from demo.chromium import FLAGS, find_chromium
from pipeline.errors import run_cli

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
SHOTS = {
    "page": (
        DESK,
        ["How many dogs are there?", "When does the first bus appear?", "And then?", "How many buses appear?"],
    ),
    "page_dark": ({**DESK, "color_scheme": "dark"}, ["What happens in this video?"]),
    "page_phone": ({**PHONE, "locale": "en-GB"}, ["How many people appear?"]),
    "page_phone_ko": ({**PHONE, "locale": "ko-KR", "color_scheme": "dark"}, ["When does the motorcycle appear?"]),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Raises InputError where the browser is missing."""
    parser = argparse.ArgumentParser(prog="python -m demo.screenshots", description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--out", type=Path, default=Path("pictures"), metavar="FOLDER", help="where they go")
    parser.add_argument("--weights", metavar="FOLDER", help="folder of the model")
    args = parser.parse_args(arguments)
    sync_playwright, chromium = find_chromium()
    args.out.mkdir(parents=True, exist_ok=True)
    weights = ["--weights", args.weights] if args.weights else []
    studio, page = open_page(page_arguments(["--port", "0", *weights]))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            for name, (how, questions) in SHOTS.items():
                context = browser.new_context(**how)
                take(context.new_page(), page.longtake_url, questions, args.out / f"{name}.png")
                context.close()
                print(args.out / f"{name}.png", flush=True)
            browser.close()
    finally:
        studio.close()
        page.close(verbose=False)
    return 0


def take(tab, url: str, questions: list[str], path: Path) -> None:
    """Ask, go to the first time of the last answer, and take a picture of the whole page."""
    tab.goto(url)
    tab.wait_for_selector("#lt-suggest .lt-chip", timeout=60_000)
    for number, question in enumerate(questions, 1):
        tab.fill("#lt-question textarea", question)
        tab.click("#lt-ask")
        tab.wait_for_function(f"document.querySelectorAll('.lt-turn').length === {number}")
    times = tab.locator(".lt-turn:last-child .lt-answer p .lt-time")
    if times.count():
        times.last.click()
    tab.wait_for_selector("#lt-plot .bars path", state="attached", timeout=60_000)
    tab.wait_for_timeout(2000)
    tab.evaluate("scrollTo(0, 0)")
    tab.screenshot(path=path, full_page=True)


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
