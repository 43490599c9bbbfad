"""What comes from outside this machine: pages, feeds and public corpora, behind every network guard."""
