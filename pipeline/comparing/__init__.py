"""Questions that compare others: their plain parts, and what the answers say together."""
