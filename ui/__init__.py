"""The window: chat, reasoning panel, memory. It reads runs and events and decides nothing."""
