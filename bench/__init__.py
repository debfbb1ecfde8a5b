"""The benchmark: this product's Rasa process against Rasa as shipped, and what an order costs, on one machine."""
