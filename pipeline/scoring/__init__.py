"""Question sets: reading them, answering them, and reports of how right the answers are."""
