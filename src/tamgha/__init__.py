"""Tamgha runs a Master Trainer Programme on customs risk management, and closes its loop."""
