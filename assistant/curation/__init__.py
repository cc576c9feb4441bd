"""Looking after the knowledge: what is uploaded, checked against past answers, published and taken back."""
