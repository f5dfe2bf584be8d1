"""Value objects that every floor speaks: plain Python, no Django, no engine."""
