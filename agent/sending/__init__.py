"""From the spool to the server: what goes out, how it is encoded, and what the server's answer means."""
