"""Detectors: files, weights, runtimes, training, export."""
