"""What the bot shows: each builder takes a thing and gives Block Kit blocks with the text that screen readers read."""
