"""Pages of people, of the own account, and of the way in."""
