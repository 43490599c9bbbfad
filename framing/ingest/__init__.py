"""What comes in: files of articles to a corpus, one reader per format, rejects counted with their reason."""

from framing.ingest.articles import IngestOptions
from framing.ingest.limits import Limits
from framing.ingest.read import ingest_files, read_articles

__all__ = ["IngestOptions", "Limits", "ingest_files", "read_articles"]
