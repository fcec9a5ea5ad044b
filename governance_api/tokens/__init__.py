"""Access tokens: proof, for some hours, that somebody knew an account's password."""
