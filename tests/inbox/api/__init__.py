"""The REST API over a running application."""
