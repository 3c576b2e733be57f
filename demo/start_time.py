"""How long people wait for the page: `python -m demo.start_time`, in a real browser, from the start of the program.

first_page: something to read and a question box (`demo.splash`). page: the real page's question box. clip: the bundled
clip with its suggestions. answer: of a question that is asked the moment the clip is there. Medians of `--runs`.
next_answer: from a click to the text on the screen, in the browser's own time; median of the questions that follow.

Needs Chromium (Debian: `apt-get install chromium`) and `pip install playwright`.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median

from demo.chromium import FLAGS, find_chromium
from pipeline.errors import InputError, run_cli

PAINTED = "performance.getEntriesByName('first-contentful-paint').length"
PAINTED_AT = "performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime"
NOBODY_THERE = ("ERR_CONNECTION_REFUSED", "interrupted by another navigation")
"""What Chromium says of that; the second when its own page about it comes late."""
PATIENCE_MS = 90_000
QUESTIONS = (
    *("How many people appear?", "When does the first dog appear?", "Does a car come back?", "How many buses appear?"),
    *("What appears after the motorcycle?", "How many people were there between 0:20 and 0:40?"),
    *("Which way does the first bus go?", "What happens in this video?"),
)
PAUSE_MS = 800
"""Between two of them, as somebody who reads the answer."""
ASK = """() => new Promise((done) => {
  const turns = () => document.querySelectorAll(".lt-turn").length, before = turns(), began = performance.now();
  document.querySelector("#lt-ask").click();
  const look = () => turns() > before
    ? requestAnimationFrame(() => setTimeout(() => done((performance.now() - began) / 1000))) : setTimeout(look, 2);
  look();
})"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line per run, and the medians. Raises InputError."""
    parser = argparse.ArgumentParser(prog="python -m demo.start_time", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="how often (default 5)")
    parser.add_argument("given", nargs="*", help="arguments of demo.app, after --")
    args = parser.parse_args(arguments)
    if args.runs < 1:
        raise InputError(f"--runs is {args.runs}; it must be at least 1")
    playwright, chromium = find_chromium()
    found: list[dict[str, float]] = []
    with playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for number in range(args.runs):
            found.append(measure(browser, args.given))
            print(f"run {number + 1}: {_words(found[-1])}", flush=True)
        browser.close()
    print(f"median: {_words({name: median(run[name] for run in found) for name in found[0]})}")
    return 0


def measure(browser, given: Sequence[str]) -> dict[str, float]:
    """Seconds from the start of one server, seen by a browser that is open already. Raises InputError."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    began = time.time()
    command = [sys.executable, "-m", "demo.app", *given, "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds: dict[str, float] = {}

    def lap(name: str, selector: str) -> None:
        tab.wait_for_selector(selector)
        seconds[name] = time.time() - began

    try:
        _open(tab, port, server)
        tab.wait_for_function(PAINTED, polling=20)
        seconds["first_page"] = tab.evaluate(PAINTED_AT) / 1000 - began
        lap("page", "#lt-question textarea")
        lap("clip", "#lt-suggest .lt-chip")
        tab.click("#lt-suggest .lt-chip >> nth=0")
        lap("answer", ".lt-turn")
        took_s = []
        for question in QUESTIONS:
            tab.wait_for_timeout(PAUSE_MS)
            tab.fill("#lt-question textarea", question)
            took_s.append(tab.evaluate(ASK))
        seconds["next_answer"] = median(took_s)
    finally:
        server.terminate()
        server.communicate()
        context.close()
    return seconds


def _open(tab, port: int, server: subprocess.Popen) -> None:
    while True:
        try:
            tab.goto(f"http://127.0.0.1:{port}", wait_until="commit")
            return
        except Exception as error:  # nobody listens yet
            if not any(words in str(error) for words in NOBODY_THERE):
                raise
            if server.poll() is not None:
                raise InputError(f"the page does not start: {server.communicate()[1].strip()[-300:]}") from error
            time.sleep(0.02)


def _words(seconds: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f} s" for name, value in seconds.items())


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
