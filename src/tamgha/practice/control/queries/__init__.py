"""Shared reads of control."""
