"""What administrators do when something is wrong, and what ends access of people who left."""
