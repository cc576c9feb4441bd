"""What is measured: each module runs the product's own parts over a dataset and reports figures with intervals."""
