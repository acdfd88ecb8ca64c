"""READ: brings published data into the store, one folder per product. No Django."""
