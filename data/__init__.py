"""The simulated world, its questions and their truth."""
