"""Two ways for the batches to reach the product: through the API as agents, or straight into the lake."""
