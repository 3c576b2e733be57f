"""What the user did wrong, said in one sentence: `InputError`, and the wrapper that turns it into exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence


class InputError(Exception):
    """Bad input. The message names the input and the way out, in one sentence, and needs no traceback."""


def run_cli(main: Callable[[Sequence[str] | None], int | None]) -> int:
    """Run `main(None)` as a program: `InputError` → one line on stderr and exit code 2, Ctrl-C → exit code 130.

    Only programs call this; a Python caller sees the exception itself.
    """
    try:
        return main(None) or 0
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: the same command goes on where this one stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `… | head` closed our output: nothing is wrong
        sys.stderr.close()
        return 0
