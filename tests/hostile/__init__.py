"""Attacks on the whole bot: each test is somebody who wants it to break a promise."""
