"""The page in a real browser: what a person does, and what they see."""

from __future__ import annotations

import io
import json
import re
import socket
import time
import urllib.error
import urllib.request
import zipfile

import pytest

from data.clock import clock
from demo.splash import splash
from tests.demo.conftest import DETECTOR

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def ask(page, question: str) -> float:
    """Seconds from the click to the text."""
    before = page.locator(".lt-turn").count()
    page.fill("#lt-question textarea", question)
    began = time.perf_counter()
    page.click("#lt-ask")
    page.wait_for_function(f"document.querySelectorAll('.lt-turn').length > {before}", polling=10)
    return time.perf_counter() - began


def last(page, part: str):
    return page.locator(f".lt-turn:last-child {part}")


def open_path(page, path: str) -> None:
    page.fill("#lt-path textarea, #lt-path input", path)
    page.click("#lt-open-path")


def test_the_bundled_clip_is_ready_and_answers_show_their_evidence(visit, sample_counts):
    page = visit()
    page.wait_for_selector("#lt-plot .js-plotly-plot .main-svg >> nth=0")
    page.click("#lt-suggest .lt-chip:has-text('How many people appear?')")
    page.wait_for_selector(".lt-turn")
    assert last(page, ".lt-answer p").inner_text().startswith(f"{sample_counts['person']} people appear")
    assert "sure" in last(page, ".lt-sure").inner_text()
    page.wait_for_function(
        "[...document.querySelectorAll('.lt-shot img')].slice(0, 2).every(i => i.naturalWidth > 100)"
    )
    assert last(page, ".lt-shot").count() == 12 and " more" in last(page, ".lt-more").inner_text()
    took_s = []
    for _ in range(5):
        took_s.append(ask(page, "When does the motorcycle appear?"))
        page.wait_for_function("[...document.querySelectorAll('.lt-turn:last-child img')].every(i => i.naturalWidth)")
    assert sorted(took_s)[2] < 1.0  # 0.15 s on an idle machine
    assert page.problems == [] and page.asked_outside == []


def test_a_time_goes_to_the_moment_also_by_keyboard_and_from_the_plot(visit):
    page = visit()
    ask(page, "When does the motorcycle appear?")
    button = last(page, ".lt-answer p .lt-time").first
    at_s = float(button.get_attribute("data-t"))
    assert button.inner_text() == clock(at_s) and at_s > 5
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"Math.abs(document.querySelector('#lt-video').currentTime - {at_s}) < 0.3")
    page.wait_for_selector("#lt-plot .bars path", state="attached")
    page.wait_for_timeout(500)
    box = page.locator("#lt-plot .bars .point").nth(3).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function(f"Math.abs(document.querySelector('#lt-video').currentTime - {at_s}) > 1")
    page.locator("h1").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.closest('#lt-question') !== null")


def test_follow_ups_copy_clear_and_download(visit):
    page = visit()
    ask(page, "How many buses are there?")
    last(page, ".lt-chip:has-text('When did the first one appear?')").wait_for()
    ask(page, "How many dragons appear?")
    assert last(page, ".lt-refused").count() == 1 and "'dragons'" in last(page, ".lt-answer p").inner_text()
    page.click("#lt-copy")
    page.wait_for_function("window.longtakeCopied?.includes('> How many buses are there?\\nTwo buses appear')")
    with page.expect_download() as found:
        page.click("#lt-export")
    archive = zipfile.ZipFile(io.BytesIO(found.value.path().read_bytes()))
    talk = json.loads(archive.read("conversation.json"))
    assert [answer["value"] for answer in talk["answers"]] == [2, None]
    rows = archive.read("evidence.csv").decode().count("\n") - 1
    assert sum(name.startswith("pictures/") for name in archive.namelist()) == rows >= 2
    page.click("#lt-clear")
    page.wait_for_selector(".lt-none")


def test_upload_ask_early_stop_go_on_and_find_the_player_there(visit, footage):
    DETECTOR.wait_s = 0.4
    page = visit()
    page.set_input_files("#lt-upload input[type=file]", footage / "garden.mp4")
    page.wait_for_selector("#lt-video[aria-label='garden.mp4']")
    page.wait_for_selector('[data-stage="indexing"]')
    ask(page, "How many squares appear?")
    assert last(page, ".lt-sofar").count() == 1  # the second square was not there yet, or only the first seconds are
    page.click("#lt-stop")
    page.wait_for_selector('[data-stage="stopped"]')
    assert re.search(r"0:0[0-5] / 0:06", page.inner_text("#lt-status-box"))
    DETECTOR.wait_s = 0.0
    seen = DETECTOR.frames_seen
    page.click("#lt-resume")
    page.wait_for_selector('[data-stage="ready"]')
    assert DETECTOR.frames_seen - seen < 30  # of 30 frames in all: it went on, and did not begin again
    page.wait_for_function("!document.querySelector('.lt-sofar')")
    assert "two squares appear" in last(page, ".lt-answer p").inner_text().lower()
    ask(page, "When does the second square appear?")
    last(page, ".lt-answer p .lt-time").first.click()
    page.wait_for_function("Math.abs(document.querySelector('#lt-video').currentTime - 2) < 0.3")
    page.wait_for_function("[...document.querySelectorAll('.lt-shot img')].every(i => i.naturalWidth > 100)")
    assert page.problems == []


def test_two_people_do_not_see_each_other(visit, site):
    first, second = visit(), visit()
    ask(first, "How many buses are there?")
    ask(second, "How many people appear?")
    assert first.locator(".lt-turn").count() == second.locator(".lt-turn").count() == 1
    open_path(first, "inside/deep.mp4")
    first.wait_for_selector("#lt-video[aria-label='inside/deep.mp4']")
    first.wait_for_selector('[data-stage="ready"]')
    first.wait_for_selector("#lt-videos")
    assert "Bundled clip" in second.inner_text("#lt-status-box") and second.locator("#lt-videos").count() == 0
    address = first.get_attribute("#lt-video", "src")
    with urllib.request.urlopen(urllib.request.Request(site[0] + address, headers={"Range": "bytes=0-9"})) as got:
        assert got.status == 206 and len(got.read()) == 10
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(site[0] + re.sub(r"media/[^/]+", "media/" + "x" * 24, address))
    token = address.split("/")[1]
    first.close()
    end = time.monotonic() + 40
    while site[1].talk(token) is not None and time.monotonic() < end:
        time.sleep(0.2)
    assert site[1].talk(token) is None  # who leaves is forgotten


@pytest.mark.parametrize(
    ("name", "words"), [("notes.mp4", "text, not a video"), ("noise.mp4", "not a video that can be read")]
)
def test_what_is_no_video_is_refused_with_a_sentence(visit, footage, name, words):
    page = visit()
    page.set_input_files("#lt-upload input[type=file]", footage / name)
    page.wait_for_selector(f".toast-body:has-text('{words}')")
    assert "/tmp" not in page.inner_text(".toast-body")
    assert "Bundled clip" in page.inner_text("#lt-status-box")


def test_a_file_that_is_too_large_is_refused(visit, tmp_path):
    page = visit()
    large = tmp_path / "large.mp4"
    large.write_bytes(b"\0" * 2_000_000)
    page.set_input_files("#lt-upload input[type=file]", large)
    page.wait_for_selector(".toast-body")
    assert "Bundled clip" in page.inner_text("#lt-status-box")


@pytest.mark.parametrize("path", ["../secret.mp4", "/etc/passwd", "link.mp4", "inside", ""])
def test_no_path_leads_out_of_the_root(visit, path):
    page = visit()
    open_path(page, path)
    page.wait_for_selector(".toast-body")
    assert "Bundled clip" in page.inner_text("#lt-status-box")


def test_a_fault_of_the_program_is_said_and_the_page_goes_on(visit, sense):
    page = visit()
    with sense.context() as broken:
        broken.setattr("pipeline.talking.talk.Talk.ask", lambda *_: 1 / 0)
        page.fill("#lt-question textarea", "How many buses are there?")
        page.click("#lt-ask")
        page.wait_for_selector("#lt-notice:has-text('Try other words')")
        page.wait_for_function("!document.querySelector('.lt-wait')")
    page.click("#lt-ask")
    page.wait_for_selector(".lt-turn")
    assert not page.is_visible("#lt-notice")


def test_a_video_that_the_bundled_detector_does_not_know_is_looked_at_again(visit, sense, footage):
    page = visit()
    with sense.context() as outside:
        outside.setattr("demo.html_parts.is_outside_world", lambda talk: talk.kind != "sample")
        open_path(page, "inside/deep.mp4")
        page.wait_for_selector(".lt-again:has-text('yolo26n.pt')")
        source = page.get_attribute("#lt-video", "src")
        page.click(".lt-again")
        page.wait_for_function(f"document.querySelector('#lt-video').getAttribute('src') !== '{source}'")
    page.wait_for_selector('[data-stage="ready"]')
    ask(page, "How many squares appear?")
    assert "two squares appear" in last(page, ".lt-answer p").inner_text().lower()
    assert page.evaluate("document.querySelector('#lt-videos input').value") == "2. inside/deep.mp4"


def test_phone_width_dark_and_korean(visit):
    page = visit(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="ko-KR", color_scheme="dark"
    )
    assert page.inner_text("#lt-ask").strip() == "묻기"
    ask(page, "How many people appear?")
    assert "확실" in last(page, ".lt-sure").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.body.classList.contains('dark')")
    last(page, ".lt-time").first.tap()


def test_a_page_that_is_loaded_again_shows_what_it_showed(visit):
    page = visit()
    open_path(page, "inside/deep.mp4")
    page.wait_for_selector("#lt-video[aria-label='inside/deep.mp4']")
    page.wait_for_selector('[data-stage="ready"]')
    ask(page, "How many squares appear?")
    page.reload()
    page.wait_for_selector("#lt-video[aria-label='inside/deep.mp4']")
    page.wait_for_selector(".lt-turn")
    assert "two squares appear" in last(page, ".lt-answer p").inner_text().lower()
    assert page.problems == []


def test_a_korean_page_answers_in_korean_and_says_what_it_takes(visit, sample_counts):
    page = visit(locale="ko-KR")
    page.click("#lt-suggest .lt-chip:has-text('사람이 몇 명 나오나요?')")
    page.wait_for_selector(".lt-turn")
    assert last(page, ".lt-answer p").inner_text().startswith(f"사람이 {sample_counts['person']}명 나옵니다")
    assert last(page, ".lt-meaning").inner_text() == "사람이 몇 명 나오나요?"
    assert last(page, "figcaption").first.inner_text().startswith("사람")
    ask(page, "버스가 몇 대 나오나요?")
    assert "영어로 된 질문만" in last(page, ".lt-answer p").inner_text()
    open_path(page, "../secret.mp4")
    page.wait_for_selector(".toast-body:has-text('영상이 없습니다')")
    assert page.evaluate("document.documentElement.lang") == "ko" and page.problems == []


def test_what_was_begun_while_the_page_was_loading_goes_on(browser, site):
    """The page that stands here meanwhile keeps questions and what is typed; this page takes them over."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(30_000)
    kept = {
        "asked": ["How many buses are there?", "How many people appear?"],
        "text": "And then",
        "focus": True,
        "t": 0,
    }
    page.add_init_script(f"if (!sessionStorage.begun) sessionStorage.longtake = {json.dumps(json.dumps(kept))};")
    page.goto(site[0])
    page.wait_for_function("document.querySelectorAll('.lt-turn').length === 2")
    asked = page.locator(".lt-question").all_inner_texts()
    assert asked == kept["asked"]
    page.wait_for_function("document.querySelector('#lt-question textarea').value === 'And then'")
    assert page.evaluate("document.activeElement.closest('#lt-question') !== null")
    context.close()


def test_the_page_before_the_page(browser):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = browser.new_context(locale="ko-KR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    with splash("127.0.0.1", port):
        page.goto(f"http://127.0.0.1:{port}")
        assert "답해 드립니다" in page.inner_text("#log") and page.inner_text("button") == "묻기"
        page.keyboard.press("/")
        page.keyboard.type("How many buses appear?")
        page.keyboard.press("Enter")
        assert page.inner_text(".asked") == "How many buses appear?" and page.input_value("#q") == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        with pytest.raises(urllib.error.HTTPError, match="503"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/../app.py")
    context.close()
