"""The node's own keys: what signs, what hides, and what was signed with which key."""
