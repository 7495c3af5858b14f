"""Training of the model that compares queries with questions: tables, queries and wordings written for it."""
