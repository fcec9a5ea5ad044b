"""What is true about the workforce, what the product found, and the comparison of the two."""
