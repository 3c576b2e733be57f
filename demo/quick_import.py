"""Gradio in half its time: without pandas, without the stub files that it checks for editors, with one server.

Of 3.8 s, pandas takes 0.8 (gradio only asks whether something is a table of its), the stubs (`*.pyi`, for completion
in editors) 1.0, and collecting garbage among hundreds of thousands of objects that stay 0.5.
`python -m demo.start_time` measures it. Nothing breaks where gradio changes: then it is only as slow as before.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

_STUBS = "gradio.component_meta", "create_or_modify_pyi"


def import_gradio() -> ModuleType:
    """The module; imported the ordinary way where it is there already."""
    if "gradio" in sys.modules:
        return sys.modules["gradio"]
    collects = gc.isenabled()
    gc.disable()
    finder, later = _WithoutStubs(), _Later("pandas") if "pandas" not in sys.modules else None
    sys.meta_path.insert(0, finder)
    if later is not None:
        sys.modules["pandas"] = later
    try:
        return importlib.import_module("gradio")
    finally:
        sys.meta_path.remove(finder)
        if sys.modules.get("pandas") is later:  # others look there whether pandas is in use
            del sys.modules["pandas"]
        gc.freeze()
        if collects:
            gc.enable()


@contextlib.contextmanager
def only_one_server() -> Iterator[None]:
    """While blocks are laid out, gradio makes a server of its 80 routes three times, and throws it away: 0.1 s each.

    `launch` makes the one that serves, after this.
    """
    from gradio import blocks

    kept = vars(blocks.App).get("create_app")
    if kept is not None:
        blocks.App.create_app = staticmethod(lambda *_, **__: None)
    try:
        yield
    finally:
        if kept is not None:
            blocks.App.create_app = kept


class _Later(ModuleType):
    """Stands for a module until one of its names is asked for."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        real = importlib.import_module(self.__name__)
        self.__dict__.update({key: value for key, value in vars(real).items() if key not in self.__dict__})
        return getattr(real, name)


class _WithoutStubs(importlib.abc.MetaPathFinder):
    """Loads one module of gradio as ever, and makes its function that writes stub files do nothing."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != _STUBS[0]:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if callable(getattr(module, _STUBS[1], None)):
            setattr(module, _STUBS[1], lambda *_, **__: None)
