"""How an app hears of things: Socket Mode or signed HTTP, three seconds to acknowledge, three retries for events."""
