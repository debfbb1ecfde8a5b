"""The use cases: what a customer, a webhook or the worker can make happen. Standard library only."""
