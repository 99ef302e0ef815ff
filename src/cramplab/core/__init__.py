"""The grammar: what the words mean. No physiology here."""
