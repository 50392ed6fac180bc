"""What is judged of a cluster that is looked after."""
