"""Compaction: from landing files to one file of raw events per local day."""
