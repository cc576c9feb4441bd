"""Pages: FastAPI outside, one Gradio Blocks per page inside."""
