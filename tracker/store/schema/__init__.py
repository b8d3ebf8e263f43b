"""The schema: tables, views and search indexes, and the migrations that bring an older history to them."""
