"""The dashboard: the only home of streamlit. Pages draw; they compute nothing."""

from framing.pages._app import show_app

__all__ = ["show_app"]
