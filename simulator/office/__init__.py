"""The office that is simulated: people, applications, kinds of work, categorization rules."""
