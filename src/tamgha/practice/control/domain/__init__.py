"""What control decides without a database."""
