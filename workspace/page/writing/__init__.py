"""Pure: what people and apps wrote, turned into HTML in which none of their characters can become a tag."""
