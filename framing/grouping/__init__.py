"""Which articles tell of one event, which are copies of one text, and who did not tell of it."""
