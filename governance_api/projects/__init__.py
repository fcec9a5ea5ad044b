"""Projects: what is to be found out, about whom, when; their task scopes and shares."""
