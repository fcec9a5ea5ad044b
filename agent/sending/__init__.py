"""From the spool to the server: HTTP, encoding, retrying, and what the server's answers mean.

What waits belongs to `agent.spool`; what may be captured, to the policy.
"""
