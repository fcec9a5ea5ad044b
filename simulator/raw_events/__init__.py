"""The raw events that agents would have recorded of a script, and the batches they would send."""
