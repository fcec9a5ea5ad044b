"""Random histories of approvals, consents, edits and closings: who follows them, beside a model of one paragraph."""
