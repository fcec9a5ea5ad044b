"""Agents: how they are registered and recognised, the policy they poll, and how they say they are."""
