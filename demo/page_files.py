"""Gradio's scripts and styles that the page needs, known before gradio is imported: the splash fetches them meanwhile.

They are read from gradio's own build: what index.html names, the chunks that those load, and of the table
`textbox:{component:()=>…import(`./Index-….js`),__vite__mapDeps([…])}` the kinds that the page is made of. Nothing
breaks where that changes: what is not found here is fetched by the page itself, as ever.
"""

from __future__ import annotations

import importlib.util
import json
import re
from functools import cache
from pathlib import Path

KINDS = (
    *("html", "button", "dropdown", "plot", "textbox", "file", "accordion", "slider", "radio"),
    *("row", "column", "form"),
)
FOLLOWED = ("core", "Index", "Blocks")
"""Chunks that lead to others, by the beginning of their names; the first holds the table of kinds."""
_IMPORT = re.compile(r"import\([`\"']\./([\w.-]+)[`\"']\)(?:(?:(?!import).){0,40}?__vite__mapDeps\(\[([\d,]*)\]\))?")


@cache
def page_files() -> dict[str, Path]:
    """Name below /assets/ → file; empty where gradio is built in another way."""
    spec = importlib.util.find_spec("gradio")
    if spec is None or not spec.submodule_search_locations:
        return {}
    folder = Path(next(iter(spec.submodule_search_locations))) / "templates" / "frontend"
    try:
        return found_in(folder)
    except (OSError, ValueError, IndexError):
        return {}


def found_in(folder: Path) -> dict[str, Path]:
    """folder: has index.html and assets/. Raises OSError, ValueError or IndexError where they are not as expected."""
    assets = folder / "assets"
    begin = re.findall(r"\./assets/([\w-]+\.(?:js|css))", (folder / "index.html").read_text(encoding="utf-8"))
    names, left = dict.fromkeys(begin), [name for name in begin if name.endswith(".js")]
    followed = {name.partition("-")[0] for name in left}
    while left:
        name = left.pop()
        text = (assets / name).read_text(encoding="utf-8")
        listed = re.search(r"\bm\.f=(\[[^\]]*\])", text)
        needs = json.loads(listed[1]) if listed else []
        if name.startswith("core-"):
            parts = [re.search(rf"[{{,]{kind}:\{{([^{{}}]*)\}}", text) for kind in KINDS]
            loads = [found for part in parts if part is not None for found in _IMPORT.findall(part[1])]
        else:
            loads = [found for found in _IMPORT.findall(text) if found[0].startswith(FOLLOWED)]
            fresh = [one for one, _ in loads if one.partition("-")[0] not in followed]
            followed |= {one.partition("-")[0] for one in fresh}
            loads = [found for found in loads if found[0] in fresh]
            left += fresh
        for one, places in loads:
            names |= dict.fromkeys([one, *(needs[int(k)].removeprefix("./") for k in places.split(",") if k)])
    return {name: assets / name for name in names if (assets / name).is_file()}
