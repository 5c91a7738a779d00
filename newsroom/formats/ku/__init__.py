"""Kurmanji."""
