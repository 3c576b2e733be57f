"""What a question asks: from its text to a `Question`."""
