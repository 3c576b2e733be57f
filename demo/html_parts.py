"""The parts of the page that are more than a component: stage, progress, conversation. Everything is escaped.

Buttons say what they do in data attributes, which page.js reads: data-t (go to that moment), data-q (ask that).
"""

from __future__ import annotations

import re
import time
from html import escape

from data.clock import clock
from demo.wording import error_of, meaning_of, name_of, next_with_meaning, place_of, said_of, warning_of
from pipeline.answers import Answer, Evidence
from pipeline.domain import WARNING as OUTSIDE
from pipeline.errors import InputError
from pipeline.given_tracks import is_given
from pipeline.index_job import JobState
from pipeline.media import MOST_SHOTS
from pipeline.seek_times import split_times
from pipeline.talking.session import Talk, Turn, is_hardly_seen, is_outside_world
from pipeline.talking.suggest import suggest_next
from pipeline.telling.answers_text import is_said, told_apart
from pipeline.telling.doubts import GUESS_NOTE
from pipeline.telling.sentences import confidence_words

MOST_NOTES, MOST_DOUBTS = 4, 3


def time_button(t_s: float, written: str, texts: dict[str, str]) -> str:
    label = escape(texts["go_to"].format(time=written), quote=True)
    at = f'data-t="{max(t_s, 0):.3f}" title="{label}"'
    return f'<button type="button" class="lt-time" {at}>{escape(written)}</button>'


def title_of(talk: Talk, texts: dict[str, str]) -> str:
    """What a clip is called."""
    return texts["sample"] if talk.kind == "sample" else talk.title


def stage_html(talk: Talk | None, texts: dict[str, str]) -> str:
    """The player; or single moments, where there is no video or the browser can't play it."""
    if talk is None:
        return f'<div class="lt-stage lt-bare">{escape(texts["no_video"])}</div>'
    base = f"media/{talk.token}"
    has_video = talk.video is not None
    duration_s = talk.duration_s or 0.0
    title = escape(title_of(talk, texts), quote=True)
    player = (
        f'<video id="lt-video" src="{base}/video" controls playsinline preload="metadata" aria-label="{title}"></video>'
        if has_video
        else ""
    )
    why = texts["cannot_play"] if has_video else texts["no_player"]
    moment = f"""<div id="lt-still" data-base="{base}/moment.jpg" {"hidden" if has_video else ""}>
<img id="lt-moment" {"" if has_video else f'src="{base}/moment.jpg?t=0"'} alt="{title}">
<div class="lt-scrub"><output id="lt-now">0:00</output>
<input id="lt-slider" type="range" min="0" max="{duration_s:.2f}" step="0.2" value="0" aria-label="{texts["moment"]}">
<span>{clock(duration_s)}</span></div>
<div class="lt-pale">{escape(why)}</div></div>"""
    return f'<div class="lt-stage" data-duration="{duration_s:.3f}">{player}{moment}</div>'


def status_html(talk: Talk | None, texts: dict[str, str], other: str | None = None) -> str:
    """How far indexing is, or what the clip holds; and banners. other: a detector to look again with."""
    if talk is None:
        return ""
    name = f'<span class="lt-title">{escape(title_of(talk, texts))}</span>'
    link = f'<a class="lt-open-link" href="#lt-open-title">{escape(texts["open_video"])}</a>'
    known = " data-known" if talk.view is not None else ""
    state = talk.job.state if talk.job is not None else JobState("ready")
    if state.stage == "ready" and talk.view is not None:
        return _ready(talk, name, link, texts, other)
    words = [texts[state.stage]]
    part = min(state.t_s / state.duration_s, 1.0) if state.duration_s else None
    if state.stage in ("indexing", "stopped", "stopping") and state.duration_s:
        words.append(f"{clock(state.t_s)} / {clock(state.duration_s)}")
    if state.speed:
        words.append(texts["speed"].format(speed=f"{state.speed:.1f}"))
    if state.left_s is not None:
        words.append(texts["left"].format(time=clock(state.left_s + 0.99)))
    if state.stage == "failed":
        again = _again_button(other, texts) if state.is_detector_missing else ""
        why = error_of(InputError(state.error), texts)
        return f'<div class="lt-banner lt-bad" role="alert">{name} {escape(words[0])}. {escape(why)} {again}</div>'
    bar = f'value="{part:.4f}"' if part is not None and state.stage != "reading" else ""
    if state.stage == "stopped" and not bar:
        bar = 'value="0"'
    return (
        f'<div class="lt-status" data-stage="{state.stage}"{known}>{name}'
        f'<progress max="1" {bar} aria-label="{escape(words[0], quote=True)}"></progress>'
        f'<span class="lt-pale">{escape(" · ".join(words))}</span></div>'
    )


def _ready(talk: Talk, name: str, link: str, texts: dict[str, str], other: str | None) -> str:
    kinds, many = len(set(talk.view.class_id.tolist())), f"{len(talk.view):,}"
    said = texts["objects" if kinds else "no_objects"].format(n=many, kinds=kinds, time=clock(talk.index.duration_s))
    about = f'{name}<span class="lt-pale">{escape(said)}</span>{link}'
    out = f'<div class="lt-status" data-stage="ready"{" data-known" if kinds else ""}>{about}</div>'
    if is_outside_world(talk):
        out += f'<div class="lt-banner">{escape(texts["outside_world"])} {_again_button(other, texts)}</div>'
    elif is_hardly_seen(talk):
        out += f'<div class="lt-banner">{escape(texts["outside"])}</div>'
    if talk.kind == "sample" and is_given(talk.index):
        out += f'<div class="lt-pale lt-given">{escape(texts["given"])}</div>'
    doubts = [warning for warning in talk.warnings if warning != OUTSIDE][:MOST_DOUBTS]
    return out + "".join(f'<div class="lt-banner">{escape(warning_of(doubt, texts))}</div>' for doubt in doubts)


def _again_button(detector: str | None, texts: dict[str, str]) -> str:
    """Looks at the video again with another detector."""
    if detector is None:
        return ""
    words, given = (escape(text, quote=True) for text in (texts["look_again"].format(detector=detector), detector))
    return f'<button type="button" class="lt-again" data-again="{given}">{words}</button>'


def chat_html(talk: Talk | None, texts: dict[str, str]) -> str:
    """The conversation about a video, oldest first."""
    if talk is None or not talk.turns:
        failed = talk is not None and talk.job is not None and talk.job.state.stage == "failed"
        early = talk is not None and not talk.is_ready
        text = texts["no_video"] if talk is None or failed else texts["empty_early" if early else "empty"]
        return f'<div class="lt-log lt-none" role="log" aria-live="polite">{escape(text)}</div>'
    turns = [
        turn_html(talk, talk.first_turn + place, turn, texts, is_last=place == len(talk.turns) - 1)
        for place, turn in enumerate(talk.turns)
    ]
    return f'<div class="lt-log" role="log" aria-live="polite">{"".join(turns)}</div>'


def turn_html(talk: Talk, number: int, turn: Turn, texts: dict[str, str], *, is_last: bool = True) -> str:
    answer, said = turn.answer, said_of(turn, texts)
    pieces = split_times(said.text, answer)
    text = _text_html(list(pieces), texts)
    if answer.is_timeline:
        text = re.sub(r"\. (?=<(?:button|span))", ".<br>", text)
    meaning = meaning_of(turn, texts)
    meant = f'<div class="lt-meaning">{escape(meaning)}</div>' if meaning else ""
    asked = f'<div class="lt-question"><span>{escape(turn.question)}</span>{meant}</div>'
    out = [f'<div class="lt-turn" data-turn="{number}">{asked}']
    out.append(f'<div class="lt-answer{" lt-refused" if answer.refused else ""}"><p>{text}</p>')
    if not answer.refused:
        sure = confidence_words(answer.confidence)
        part = int(answer.confidence * 100 + 1e-6)
        out.append(
            f'<div class="lt-sure lt-{sure.replace(" ", "-")}"><meter min="0" max="1" value="{answer.confidence:.3f}" '
            f'aria-hidden="true"></meter>{escape(texts[sure])} ({part}%){escape(likely_of(answer, texts))}</div>'
        )
    if turn.until_s is not None:
        goes_on = talk.job is not None and not talk.job.state.is_over
        so_far = texts["so_far" if goes_on else "only_first"].format(time=clock(turn.until_s))
        out.append(f'<div class="lt-pale lt-sofar">{escape(so_far)}</div>')
    # the clip's stand under the player; how sure it is stands beside the meter
    elsewhere = {*talk.warnings, *(one for one in answer.warnings if one.startswith(GUESS_NOTE))}
    pairs = zip(answer.warnings, said.notes, strict=True)
    notes = [note for warning, note in pairs if note and warning not in elsewhere and not is_said(note, said.text)]
    out += [f'<div class="lt-pale">{escape(texts["note"])}: {escape(note)}</div>' for note in notes[:MOST_NOTES]]
    out.append(gallery_html(talk, number, turn, texts) + "</div>")
    if is_last and turn.until_s is None:
        out.append(chips_html(next_with_meaning(suggest_next(answer), texts), texts["next"]))
    return "".join(out) + "</div>"


def likely_of(answer: Answer, texts: dict[str, str]) -> str:
    """Such as ": probably 22 to 29", of a count; nothing where no other number is likely."""
    if not answer.has_range:
        return ""
    low, high = answer.likely
    return f": {texts['likely'].format(low=low, high=high)}"


def _text_html(pieces: list[tuple[str, float | None]], texts: dict[str, str]) -> str:
    """Times as buttons; what is written close behind one ("," or a particle) never begins a new line."""
    out, k = [], 0
    while k < len(pieces):
        words, t_s = pieces[k]
        if t_s is None:
            out.append(escape(words))
        else:
            behind = pieces[k + 1][0] if k + 1 < len(pieces) and pieces[k + 1][1] is None else ""
            close = behind.partition(" ")[0][:4]
            close = "" if close.startswith("–") else close
            button = time_button(t_s, words, texts)
            out.append(f'<span class="lt-keep">{button}{escape(close)}</span>' if close else button)
            if close:
                pieces[k + 1] = (behind[len(close) :], None)
        k += 1
    return "".join(out)


def gallery_html(talk: Talk, number: int, turn: Turn, texts: dict[str, str]) -> str:
    """Pictures of the evidence in time order, each a button to its moment; the page loads them when they are seen."""
    pieces = shown_pieces(turn)
    if not pieces:
        return ""
    shots = []
    numbers = told_apart(turn.answer.evidence)
    for place, piece in enumerate(pieces):
        name = f"{name_of(piece.class_name, texts)}{numbers[piece.class_name, piece.track_id]}"
        what = f"{name}, {place_of(piece.box_xywhn, texts)}, {clock(piece.t_s)}"
        label = escape(f"{what}: {texts['go_to'].format(time=clock(piece.t_s))}", quote=True)
        begin = time_button(piece.start_s, clock(max(piece.start_s, 0)), texts)
        end = time_button(piece.end_s, clock(max(piece.end_s, 0)), texts)
        span = begin if clock(piece.start_s) == clock(piece.end_s) else f'<span class="lt-keep">{begin}–{end}</span>'
        shots.append(
            f'<figure><button type="button" class="lt-shot" data-t="{piece.t_s:.3f}" aria-label="{label}">'
            f'<img data-src="media/{talk.token}/evidence/{number}/{turn.version}/{place}.jpg" '
            f'alt="{escape(what, quote=True)}"></button>'
            f"<figcaption><span>{escape(name)}</span> {span}</figcaption></figure>"
        )
    more = len(turn.answer.evidence) - len(pieces)
    tail = f'<div class="lt-pale lt-more">{escape(texts["more"].format(n=f"{more:,}"))}</div>' if more > 0 else ""
    shown = "".join(shots) + tail
    return f'<div class="lt-gallery" role="group" aria-label="{texts["evidence"]}" tabindex="0">{shown}</div>'


def shown_pieces(turn: Turn) -> list[Evidence]:
    """The pieces that get a picture, in its order."""
    from pipeline.telling.evidence_pictures import chosen_pieces

    return chosen_pieces(turn.answer.evidence, MOST_SHOTS)


def notice_html(text: str) -> str:
    """Why there is no answer; each one is new, also when it says the same again."""
    return f'<div class="lt-banner" role="alert" data-at="{time.monotonic()}">{escape(text)}</div>'


def chips_html(questions: list[tuple[str, str]], title: str) -> str:
    """Questions to ask with one click. questions: (what is asked, what it means in the visitor's language or "")."""
    if not questions:
        return ""
    chips = "".join(
        f'<button type="button" class="lt-chip" data-q="{escape(question, quote=True)}">{escape(question)}'
        f"{f'<span>{escape(meaning)}</span>' if meaning else ''}</button>"
        for question, meaning in questions
    )
    return f'<div class="lt-chips"><span class="lt-pale">{escape(title)}</span>{chips}</div>'
