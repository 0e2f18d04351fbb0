"""Held-out sets that measure how well danger, exposure, PII and links are recognised."""
