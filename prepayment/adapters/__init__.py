"""The outside world: databases, PortOne, the carrier, Rasa, clocks."""
