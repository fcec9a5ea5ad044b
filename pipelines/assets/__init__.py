"""When and where: each asset reads, makes one call, and says what came of it. Meaning belongs to `pipelines.mining`."""
