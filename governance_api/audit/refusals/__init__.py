"""Failed sign-ins: counted as they come, and told in the audit log in so few entries that nobody can fill it."""
