"""Workstation users: those who may be observed, who their manager is, and when their day begins."""
