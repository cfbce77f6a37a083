"""What a visitor opens: one module per page, the shared frame, and the link that holds the state."""
