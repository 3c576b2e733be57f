"""A server on this computer with a detector of coloured squares and a model that has learned nothing, and a browser.

What questions mean is looked up, and every track is taken at its word, so that answers make sense.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

import pipeline.build_index
from data.meaning import Question
from data.question_parts import HEADS
from models.longtake import Longtake, ModelSettings
from pipeline.answerer import Answerer
from pipeline.clip_memory import as_told
from pipeline.understand import QuestionUnderstanding, Understood
from tests.blob_world import BlobDetector, straight, write_blob_video

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
MEANINGS = {
    "How many people appear?": Question("count", x="person"),
    "How many buses are there?": Question("count", x="bus"),
    "How many squares appear?": Question("count", x="square"),
    "When does the second square appear?": Question("when_appears", x="square", nth=2),
    "When does the last bus leave?": Question("when_leaves", x="bus"),
    "When does the motorcycle appear?": Question("when_appears", x="motorcycle"),
    "How many dragons appear?": Question("refuse_unknown", x="dragons"),
    "What happens in this video?": Question("describe"),
}
DETECTOR = BlobDetector()
"""Its `wait_s` may be changed by a test that needs a slow one."""


def understand(self, texts, class_names, duration_s):
    found = [MEANINGS.get(text, Question("refuse_unclear")) for text in texts]
    return [Understood(q, 0.95, q.x if q.family == "refuse_unknown" else None) for q in found]


@pytest.fixture(scope="package")
def weights(tmp_path_factory) -> Path:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    settings = ModelSettings(
        width=32,
        layers=1,
        attention_heads=2,
        question_width=24,
        question_layers=1,
        question_attention_heads=2,
        question_heads=tuple(HEADS.items()),
    )
    folder = tmp_path_factory.mktemp("weights")
    (folder / "config.json").write_text(json.dumps(dataclasses.asdict(settings)))
    save_file(Longtake(settings).state_dict(), folder / "model.safetensors")
    return folder


@pytest.fixture(scope="package")
def sense(tmp_path_factory):
    """Questions mean what `MEANINGS` says, tracks are what they seem, squares are what is detected."""
    patch = pytest.MonkeyPatch()
    patch.setenv("LONGTAKE_HOME", str(tmp_path_factory.mktemp("home")))
    patch.setattr(QuestionUnderstanding, "__call__", understand)
    patch.setattr(Answerer, "read", lambda self, index, **_: replace(as_told(index), model=self.digest))
    patch.setattr(pipeline.build_index, "load_detector", lambda settings: DETECTOR)
    yield patch
    patch.undo()


@pytest.fixture(autouse=True)
def quick_detector():
    DETECTOR.wait_s = 0.0


@pytest.fixture(scope="package")
def footage(tmp_path_factory) -> Path:
    """A folder with a video of 6 s: red crosses from the left, green comes at 2 s. And things that are no videos."""
    folder = tmp_path_factory.mktemp("footage")
    write_blob_video(
        folder / "yard.mp4",
        {"red": straight((12, 40), (148, 40), 60), "green": straight((148, 90), (12, 90), 40, late=20)},
    )
    write_blob_video(  # the same with other colours: not indexed by another test
        folder / "garden.mp4",
        {"blue": straight((12, 40), (148, 40), 60), "green": straight((148, 90), (12, 90), 40, late=20)},
    )
    (folder / "notes.mp4").write_text("#EXTM3U\n/etc/passwd\n" * 10)
    (folder / "noise.mp4").write_bytes(os.urandom(5000))
    (folder / "inside").mkdir()
    shutil.copy(folder / "yard.mp4", folder / "inside" / "deep.mp4")
    outside = tmp_path_factory.mktemp("outside") / "secret.mp4"
    shutil.copy(folder / "yard.mp4", outside)
    (folder / "link.mp4").symlink_to(outside)
    return folder


@pytest.fixture
def studio(weights, sense, footage):
    """The logic without a server."""
    from pipeline.session import Limits, Studio

    made = Studio(weights, root=footage, limits=Limits(upload_bytes=2**20))
    yield made
    made.close()


@pytest.fixture(scope="package")
def site(weights, sense, footage):
    """(address, studio) of a running server."""
    from demo.app import open_page, parse_arguments

    given = ["--weights", str(weights), "--root", str(footage), "--port", "0", "--max-upload", "0.001"]
    studio, page = open_page(parse_arguments(given))
    yield page.longtake_url, studio
    studio.close()
    page.close(verbose=False)


@pytest.fixture(scope="package")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
    if chromium is None:
        pytest.skip("no Chromium is installed")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, site):
    """Open the page as a new person. Returns it when the bundled clip is ready; what went wrong is in `.problems`."""
    contexts = []

    def open_page(**how):
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | how))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.problems, page.asked_outside = [], []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on(
            "request", lambda r: r.url.startswith("http") and site[0] not in r.url and page.asked_outside.append(r.url)
        )
        page.goto(site[0])
        page.wait_for_selector("#lt-suggest .lt-chip")
        return page

    yield open_page
    for context in contexts:
        context.close()
