"""Page configuration, navigation, and the one place where an error becomes a message."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
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


#: Streamlit takes a step in the browser's history for a page and one more when the page's choices come into the address, so that
#: Back led to the same page, which then took a step forward again. A change within a page replaces the step, unless it leads
#: from one article or event to another.
_ONE_STEP = """<script>
if (!window.framingOneStep) {
  window.framingOneStep = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const before = new URL(location.href), after = new URL(url ?? location.href, location.href);
    const turned = ["article", "event"].some(
      (key) => before.searchParams.has(key) && after.searchParams.has(key) && before.searchParams.get(key) !== after.searchParams.get(key));
    return before.pathname === after.pathname && !turned ? history.replaceState(state, title, url) : push(state, title, url);
  };
}
</script>"""


def show_app() -> None:
    """Configure the page, draw the navigation and run the chosen page."""
    # Arrow's own allocator keeps what was freed for minutes; the system's gives it back when `_load` asks for it.
    pa.set_memory_pool(pa.system_memory_pool())
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
    st.html(_ONE_STEP, unsafe_allow_javascript=True)
    try:
        page.run()
    except FramingError as problem:
        # The sentence quotes the input, so it is shown as plain characters.
        st.error("This cannot be shown.")
        st.text(f"Found: {problem.found}.\nExpected: {problem.expected}.\n{problem.next_move}")
