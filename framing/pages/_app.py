"""Page configuration, navigation, and the one place where an error becomes a message."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from framing.errors import FramingError

_HERE = Path(__file__).parent
PAGES = (
    ("start.py", "Start"),
    ("outlets.py", "Outlets"),
    ("word_choice.py", "Word choice"),
    ("events.py", "Events"),
    ("voices.py", "Voices"),
    ("agency.py", "Agency"),
    ("terms.py", "Terms"),
    ("read.py", "Read"),
    ("classifier.py", "Classifier"),
    ("add_texts.py", "Add texts"),
    ("methods.py", "Methods & export"),
)


def show_app() -> None:
    """Configure the page, draw the navigation and run the chosen page."""
    # No page icon: an emoji or a Material one would be fetched from another host.
    st.set_page_config(layout="wide")
    pages = [
        st.Page(
            _HERE / file,
            title=title,
            default=file == "start.py",
            url_path=None if file == "start.py" else file.removesuffix(".py"),
        )
        for file, title in PAGES
    ]
    page = st.navigation(pages)
    st.set_page_config(page_title=f"{page.title} · Framing")
    try:
        page.run()
    except FramingError as problem:
        # The sentence quotes the input, so it is shown as plain characters.
        st.error("This cannot be shown.")
        st.text(f"Found: {problem.found}.\nExpected: {problem.expected}.\n{problem.next_move}")
