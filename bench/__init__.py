"""The side-by-side benchmark: this product's Rasa process against Rasa as shipped, in one run on one machine."""
