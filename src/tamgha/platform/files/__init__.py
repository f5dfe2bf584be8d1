"""Stored files: how far they may travel, their versions, and the one door that serves them."""
