"""Agents: how they are registered and recognised, the policy they poll, and the health they report."""
