"""Files people take away: an article with marks, tables, an exported run."""
