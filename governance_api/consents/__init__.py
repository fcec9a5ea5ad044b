"""Consents: the observed person's own answer, given at each of their agents and changeable at any time."""
