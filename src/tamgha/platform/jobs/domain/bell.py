"""A bell between the pages and the worker thread of one process: work has come."""

from threading import Event

bell = Event()
"""Rung when work was queued; the worker of this process need not wait for its next look."""
