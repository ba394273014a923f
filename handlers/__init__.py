"""What Slack says to us and reads from us: one listener file a noun, the inbox, the outbox and the blocks."""
