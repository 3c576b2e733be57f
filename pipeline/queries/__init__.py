"""Questions that put several things together: read by a grammar, worked out on the clip (`query.query_in`)."""
