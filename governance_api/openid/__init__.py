"""OpenID Connect: people sign in through the organization's identity provider, which also says their roles."""
