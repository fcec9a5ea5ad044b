"""When and where: each asset reads, makes one call of `steps` or `mining`, and says what came of it."""
