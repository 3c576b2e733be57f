"""The web page: `python -m demo.app`. Layout only; the logic is in pipeline/."""
