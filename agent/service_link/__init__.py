"""How the agent speaks with the service: the connection, whom it trusts, enrolment, policy and health."""
