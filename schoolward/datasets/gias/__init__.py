"""The register of schools: Get Information about Schools, EduBase before it, and the tables' own list."""
