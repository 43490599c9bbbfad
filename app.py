"""The dashboard's entry: `streamlit run app.py`. Pages and everything else are in framing.pages."""

from framing.pages import show_app

show_app()
