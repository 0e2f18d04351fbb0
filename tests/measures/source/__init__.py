"""What the measuring sets are made from."""
