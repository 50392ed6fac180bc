"""A development stack on loopback; never imported by the product."""
