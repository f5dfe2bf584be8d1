"""Targeting on an administration's own declarations."""
