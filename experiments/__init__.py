"""The coding answers: one package each, and `common` for what two of them share."""
