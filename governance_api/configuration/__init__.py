"""Configuration records: a fixed set whose values admins of the product may change, within bounds, on the record."""
