"""Models over tensors: the Transformer-XL over timed object tokens and its memory. Nothing here reads video."""
