"""The figures the product is measured by: one file each, beside a peer in the same run."""
