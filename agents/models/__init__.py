"""The agent that decides with a language model: any chat model that LangChain knows, or any OpenAI-compatible address."""
