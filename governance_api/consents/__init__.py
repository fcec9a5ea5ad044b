"""Consents: the observed person's own answer, given once per assignment and changeable at any time."""
