"""The site put together, and the pages that draw on several capabilities."""
