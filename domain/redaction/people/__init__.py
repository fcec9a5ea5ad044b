"""Numbers and addresses of people: what says who somebody is, or where their money is."""
