"""Every table's columns and what they mean: the single source for code, files, screen and documentation.

An article never changes; everything said about it is a row that points at characters in it. Offsets count
code points, as Python slices do, in `title` or `text` as stored: `text[start:end] == surface`.
"""

from __future__ import annotations

import pyarrow as pa

from framing.errors import FramingError

STR = pa.string()
INT = pa.int32()
REAL = pa.float64()
FLAG = pa.bool_()
TIME = pa.timestamp("us", tz="UTC")

VOICES = ("own", "direct", "reported", "scare")
SENSES = ("conflict", "figurative", "other")
PARTS = ("title", "body")


def _schema(**columns: tuple[pa.DataType, str]) -> pa.Schema:
    return pa.schema([pa.field(name, kind, metadata={"doc": doc}) for name, (kind, doc) in columns.items()])


TABLES: dict[str, pa.Schema] = {
    "outlets": _schema(
        outlet_id=(STR, "The outlet's name as the articles give it (white space collapsed); the key of this table."),
        name=(STR, "Name to show."),
        country=(STR, "Country of publication; null where not given."),
        ownership=(STR, "Ownership or alignment in the corpus author's words; null where not given."),
        note=(STR, "Anything a reader should know of this outlet; null where not given."),
    ),
    "articles": _schema(
        article_id=(STR, "The id given in the input, or a digest of outlet, title, text, date and URL."),
        outlet_id=(STR, "The outlet that published it; key into outlets."),
        title=(STR, "Headline as given; null where there was none."),
        text=(STR, "Body as given, code point for code point; null where there was none."),
        published=(TIME, "Publication time in UTC; a date alone is midnight UTC; null where missing or ambiguous."),
        published_raw=(STR, "The date as the input wrote it; null where missing."),
        url=(STR, "Address; null where missing."),
        language=(STR, "Language as given; null where not given."),
        section=(STR, "Section as given (news, opinion, wire, live blog …); null where not given."),
        byline=(STR, "Author line as given, else the names of a line 'By …' at the text's head; null where missing."),
        event_id=(STR, "The event as given in the input; null where not given."),
        section_found=(
            STR,
            "news, opinion, wire or live blog, by the section, address, byline or text that marks it so; null where nothing does.",
        ),
        agency=(STR, "The news agency that the byline or text credits (AP, Reuters …); null where none is."),
        language_found=(STR, "Language the text is written in (ISO 639-1); null where it is too short to tell."),
        n_words=(INT, "Words in title and body, excluded passages among them; rates use the sums over sentences."),
    ),
    "excluded": _schema(
        article_id=(STR, "The article."),
        part=(STR, "title or body."),
        start=(INT, "First code point that is not the article's own text."),
        end=(INT, "Code point after the last one."),
        reason=(STR, "What the passage is: caption, related links, subscription line, copyright line and so on."),
        rule=(STR, "What showed it: a mark by its name, or repetition with the number of articles."),
    ),
    "events": _schema(
        article_id=(STR, "The article."),
        event_id=(STR, "The event it tells of; articles that share one tell of the same event."),
        label=(STR, "A name to show: its binding words, or what somebody called it."),
        why=(STR, "given in the input, found (with the similarity to the event's other articles) or by hand."),
    ),
    "copies": _schema(
        article_id=(STR, "An article that shares its text with another one."),
        copy_group=(STR, "Articles of one group are copies of one text."),
        origin_id=(STR, "The article that is most likely the first; null where nothing tells."),
        similarity=(
            REAL,
            "Share of the shorter text's words that stand in passages shared with the origin, or with the group's longest text where nothing shows an origin, 0 to 1.",
        ),
        label=(STR, "A name to show: agency or outlet, and headline of the origin."),
        why=(STR, "What shows the origin (agency credited, first published), and what shows the copy."),
    ),
    "sentences": _schema(
        article_id=(STR, "The article."),
        sentence_id=(STR, "article_id, part and running number."),
        part=(STR, "title or body."),
        start=(INT, "First code point in the part."),
        end=(INT, "Code point after the last one."),
        n_words=(INT, "Words in the sentence."),
        n_direct_words=(INT, "Words inside quotation marks with a speaker."),
        n_reported_words=(INT, "Words attributed to somebody else without quotation marks."),
        n_own_words=(INT, "The outlet's own words: all others, scare-quoted ones included."),
        loaded_prob=(
            REAL,
            "The classifier's probability that the sentence is worded in a loaded way; null where not scored.",
        ),
        polarity=(REAL, "TextBlob polarity from -1 to 1, a baseline; null where not scored."),
        subjectivity=(REAL, "TextBlob subjectivity from 0 to 1, a baseline; null where not scored."),
    ),
    "speech": _schema(
        article_id=(STR, "The article."),
        part=(STR, "title or body."),
        start=(INT, "First code point of the words, without quotation marks."),
        end=(INT, "Code point after the last one."),
        kind=(
            STR,
            "direct (a speaker's words, in marks, a block quotation or a turn), reported (attributed without marks), scare (marks, no speaker in reach) or own (a stretch whose marks show it to be the outlet's, such as an interviewer's turn or an opinion piece).",
        ),
        cue_start=(INT, "First code point of the reporting verb or phrase; null without one."),
        cue_end=(INT, "Code point after it; null without one."),
        cue_stance=(STR, "neutral, distancing or factive; null without a cue."),
        speaker=(
            STR,
            "Who speaks, a pronoun or 'the ministry' resolved to the last fitting name; null where nobody is named.",
        ),
        speaker_start=(INT, "First code point of the words that name the speaker there; null without any."),
        speaker_end=(INT, "Code point after them."),
        speaker_actor=(STR, "The actor the speaker belongs to; null where not resolved."),
        rule=(STR, "The rule that found the span."),
    ),
    "details": _schema(
        article_id=(STR, "The article."),
        sentence_id=(STR, "A sentence that tells of harm to people."),
        part=(STR, "title or body."),
        start=(INT, "First code point in the part."),
        end=(INT, "Code point after the last one."),
        surface=(STR, "The characters found."),
        kind=(
            STR,
            "name, age, kin, occupation or biography (what makes a victim a person), number_dead or number_wounded (what the sentence says).",
        ),
        value=(INT, "The number or age; null for words."),
        voice=(STR, "Whose words it is: own, direct, reported or scare."),
    ),
    "mentions": _schema(
        mention_id=(STR, "article_id, part and offset."),
        article_id=(STR, "The article."),
        sentence_id=(STR, "The sentence it stands in."),
        part=(STR, "title or body."),
        start=(INT, "First code point in the part."),
        end=(INT, "Code point after the last one."),
        surface=(STR, "The characters found."),
        term_id=(STR, "The lexicon term."),
        concept_id=(STR, "What the term and its alternatives share."),
        category=(STR, "What the term does (sacralising, delegitimising …, neutral)."),
        valence=(STR, "elevating, condemning or plain, for the one the term is about."),
        sense=(STR, "conflict, figurative or other; never null."),
        sense_prob=(REAL, "Probability of that sense; null where a rule decided."),
        sense_rule=(STR, "What decided the sense."),
        uncertain=(FLAG, "True where the sense is a guess; results show these as bounds."),
        voice=(STR, "own, direct, reported or scare."),
        voice_rule=(STR, "What decided the voice."),
        speaker=(STR, "Who is quoted or reported; null for the outlet's own words or where nobody is named."),
        target=(
            STR,
            "The one blamed, labelled or honoured: an actor's id, else the words that name it; null where its phrase and clause name none.",
        ),
        agent=(STR, "Who or what acts, in the same way; null where not named there."),
        patient=(STR, "Who suffers the act, in the same way; null where not named there."),
        agency=(
            STR,
            "Of a violent event: active_agent, passive_agent, agentless_passive, unaccusative or nominalised; null for other mentions.",
        ),
        modality=(STR, "Of a violent event: asserted, hypothetical or negated; null for other mentions."),
        negated=(FLAG, "True where the clause denies the event; null for other mentions."),
        role_rule=(STR, "What decided the roles, or why one is null."),
        plain=(STR, "The plainer wording that could stand here; null for terms that are plain themselves."),
        loaded_prob=(REAL, "The classifier's probability for the sentence as it stands; null without a classifier."),
        loaded_prob_plain=(REAL, "The same with the plainer wording put in; null where there is none."),
    ),
    "annotated": _schema(
        article_id=(STR, "An article of the corpus, in its order; the parts of a run's tables follow it."),
        read=(STR, "Digest of what was read of it; null where it is in a language the lexicon has no words of."),
        mentions=(INT, "Its rows in mentions, which stand together there."),
        sentences=(INT, "Its rows in sentences."),
        speech=(INT, "Its rows in speech."),
        details=(INT, "Its rows in details."),
    ),
    "rejects": _schema(
        where=(STR, "File and row, or file."),
        reason=(STR, "Why it was not taken in, one of a short list."),
        detail=(STR, "What was found there."),
    ),
}


def check_table(table: pa.Table | pa.RecordBatch, name: str) -> None:
    """Raise when a table is not the one its name promises.

    Args:
        table: What to look at.
        name: A key of `TABLES`.

    Raises:
        FramingError: A column is missing, unexpected or of another type.

    Example:
        >>> check_table(TABLES["rejects"].empty_table(), "rejects")
    """
    expected = TABLES[name]
    if table.schema.names != expected.names or table.schema.types != expected.types:
        wrong = sorted(set(table.schema.names) ^ set(expected.names)) or [
            n for n in expected.names if table.schema.field(n).type != expected.field(n).type
        ]
        raise FramingError(
            f"a {name} table that differs in column(s) {', '.join(wrong) or 'order'}",
            f"the columns {', '.join(expected.names)}",
            "It was written by another version; make it again.",
        )


def describe_columns(name: str) -> list[tuple[str, str, str]]:
    """Name, type and meaning of a table's columns, for the codebook and the help texts."""
    return [(f.name, str(f.type), f.metadata[b"doc"].decode()) for f in TABLES[name]]
