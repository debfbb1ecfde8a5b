"""The outside world for development and tests: payment gateway, identity service, carrier billing.

One process (`python -m sandbox`) that keeps its own state in SQLite and speaks the wire formats of the real
services, so that the real adapters always run. It imports nothing from the rest of the product.
"""
