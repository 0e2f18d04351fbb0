"""Emergencies: classes, the packet that is mailed, and the ladder of pages."""
