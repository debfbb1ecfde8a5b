"""What the verbs of the Makefile do. The way to the environments needs nothing but Python."""
