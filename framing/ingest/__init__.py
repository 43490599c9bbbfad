"""What comes in: files of articles to a corpus, one reader per format, rejects counted with their reason."""

from framing.ingest.articles import IngestOptions, ingest_files, read_articles

__all__ = ["IngestOptions", "ingest_files", "read_articles"]
