"""Custom actions, one file per topic: read slots, call ``prepayment``, choose a response. No rules, no wording."""
