"""Long-term memory: Chroma, its lexical half, and what goes in and out of them."""

import os

# From 1.32 on, ONNX Runtime tells its maker which models are run, and keeps an identifier of the machine under the
# user's cache; it reads this once, when it is loaded. Here, before any module of the room, because the embedding model,
# the readers, OCR and speech all load it, in children as well. Nothing leaves this machine that its user didn't send.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
