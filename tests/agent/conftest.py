"""How the agent's tests run. A busy machine is no reason for a rule to fail: properties have no deadline here."""

from hypothesis import settings

settings.register_profile("agent", deadline=None)
settings.load_profile("agent")
