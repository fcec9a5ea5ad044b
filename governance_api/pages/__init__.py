"""Pages: what a manager sees in a browser; the same services as the API, rendered on the server, without scripts."""
