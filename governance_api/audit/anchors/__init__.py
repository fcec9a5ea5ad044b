"""Signed statements about the audit log, kept outside the database, by which a log that was cut or rewritten shows."""
