"""How accepted events become durable: files in the lake, rows in PostgreSQL, then the receipts."""
