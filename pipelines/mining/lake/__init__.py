"""The lake: its folders and files, the engine that reads them, and its table of contexts."""
