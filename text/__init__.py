"""Language primitives shared by every room below the graph: sentences, words, numbers, dates. Imports nothing of ours."""
