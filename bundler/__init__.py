"""Compile articles from an archive into EPUB, PDF, HTML and text that travel hand to hand."""

__version__ = "0.1.0"
__all__ = ["__version__"]
