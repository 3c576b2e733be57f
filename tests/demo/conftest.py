"""A server on this computer with a detector of coloured squares and a model that has learned nothing, and a browser.

What questions mean is looked up, and every track is taken at its word, so that answers make sense.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import pipeline.build_index
from data.meaning import Question
from demo.chromium import FLAGS, find_chromium
from pipeline.answerer import Answerer
from pipeline.asking.understand import QuestionUnderstanding
from pipeline.clip_memory import as_told
from pipeline.errors import InputError
from tests import small_model
from tests.blob_world import BlobDetector, straight, write_blob_video

weights = small_model.weights
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


@pytest.fixture(scope="package")
def sense(tmp_path_factory):
    """Questions mean what `MEANINGS` says, tracks are what they seem, squares are what is detected."""
    patch = pytest.MonkeyPatch()
    patch.setenv("LONGTAKE_HOME", str(tmp_path_factory.mktemp("home")))
    patch.setattr(QuestionUnderstanding, "__call__", small_model.looked_up(MEANINGS))
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


@pytest.fixture(scope="package")
def sample_counts(weights, sense) -> dict[str, int]:
    """Class → how many of it the bundled clip shows."""
    from pipeline.talking.session import Studio

    names = Studio(weights).sample()[1].view(0).labels[1]
    return {name: names.count(name) for name in names}


@pytest.fixture
def studio(weights, sense, footage):
    """The logic without a server."""
    from pipeline.talking.session import Limits, Studio

    made = Studio(weights, root=footage, limits=Limits(upload_bytes=2**20, grace_s=0.0))
    yield made
    made.close()


@pytest.fixture(scope="package")
def site(weights, sense, footage):
    """(address, studio) of a running server."""
    from demo.app import open_page, parse_arguments

    given = ["--weights", str(weights), "--root", str(footage), "--port", "0", "--max-upload", "0.001"]
    studio, page = open_page(parse_arguments(given))
    object.__setattr__(studio.limits, "grace_s", 8.0)
    yield page.longtake_url, studio
    studio.close()
    page.close(verbose=False)


@pytest.fixture(scope="package")
def browser():
    try:
        playwright, chromium = find_chromium()
    except InputError as error:
        pytest.skip(str(error))
    with playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
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
