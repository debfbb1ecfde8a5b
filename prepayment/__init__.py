"""KT small-payment prepayment: the rules, the money and the customer conversations around it."""
