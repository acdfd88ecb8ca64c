"""What schools took in and spent."""
