"""What is looked for: terms with their concepts and plainer wordings, and the cues of reported speech."""

from framing.lexicon.model import Concept, Cue, Lexicon, Pattern, Term
from framing.lexicon.read import list_lexicons, read_lexicon

__all__ = ["Concept", "Cue", "Lexicon", "Pattern", "Term", "list_lexicons", "read_lexicon"]
