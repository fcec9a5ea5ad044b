"""What the addresses of clients and of proxies mean, wherever they are asked about."""
