"""The floor where risk is worked: targeting on own data."""
