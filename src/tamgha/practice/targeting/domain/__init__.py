"""Rules of targeting that need no database."""
