"""How many falsifications of the audit log its verification finds."""
