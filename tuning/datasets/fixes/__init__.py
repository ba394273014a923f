"""Repairs of what the check has found: each one small function, told by the rule itself where the fault is."""
