"""What runs inside the Rasa process: Korean language understanding and the launcher (Python 3.10)."""
