"""What may be recorded: the policy in force, the gate, the event filters, redaction."""
