"""Who may answer for a person: their own agent, and nobody else. Nobody may read who declined."""

from governance_api.security.permissions import AnyAgent

AnswersConsent = AnyAgent
