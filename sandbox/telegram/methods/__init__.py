"""The methods the stand-in answers, by their published names."""

from . import bot, chats, editing, files, messages, polling, queries, topics
from .registry import METHODS

__all__ = ["METHODS", "bot", "chats", "editing", "files", "messages", "polling", "queries", "topics"]
