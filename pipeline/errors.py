"""What the user did wrong, said in one sentence: `InputError`, and the wrapper that turns it into exit code 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence


class InputError(Exception):
    """Bad input. The message names the input and the way out, in one sentence, and needs no traceback."""


def run_cli(main: Callable[[Sequence[str] | None], int | None]) -> int:
    """Run `main(None)` as a program: `InputError` → one line on stderr and exit code 2, Ctrl-C → exit code 130.

    Only programs call this; a Python caller sees the exception itself.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show a character shows "?" instead
            stream.reconfigure(errors="replace")
    try:
        code = main(None) or 0
        sys.stdout.flush()
        return code
    except InputError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; begun work is kept, and the same command goes on with it", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `… | head` closed our output: nothing is wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
