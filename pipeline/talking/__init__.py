"""Conversations: follow-up questions, and the sessions of a server."""
