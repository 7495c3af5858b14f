"""Long-term memory: Chroma, its lexical half, and what goes in and out of them."""
