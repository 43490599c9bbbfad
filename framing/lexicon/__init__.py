"""What is looked for: terms with their concepts and plainer wordings, and the cues of reported speech."""

from framing.lexicon.model import Concept, Lexicon, Pattern, Term
from framing.lexicon.read import list_lexicons, read_lexicon
from framing.lexicon.speech import Cue, SpeechData

__all__ = ["Concept", "Cue", "Lexicon", "Pattern", "SpeechData", "Term", "list_lexicons", "read_lexicon"]
