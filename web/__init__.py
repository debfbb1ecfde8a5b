"""The public gateway: chat, checkout pages, PortOne's webhooks, and in the sandbox a demo host site."""
