"""What several of the groups beside it rest on; it rests on none of them."""
