"""Acts of targeting, one function an act."""
