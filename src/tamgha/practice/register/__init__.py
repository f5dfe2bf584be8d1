"""The risk register: risks of an administration, scored by two people apart, treated and approved."""
