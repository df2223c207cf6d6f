"""Replies as people write them, and what guidance must say of each: (rule, kept?, text)."""
