"""The chat gateway: Socket.IO on the outside, ``prepayment.service.conversations`` on the inside."""
