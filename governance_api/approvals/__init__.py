"""Approvals: one manager's answer for one person of one data request, and the collection windows it opens."""
