"""The desktop agent: records which application, window and page is in use, never what is typed."""
