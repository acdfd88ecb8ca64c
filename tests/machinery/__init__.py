"""What tests stand on: a PostgreSQL server, prepared sites, a real browser and its accessibility checker."""
