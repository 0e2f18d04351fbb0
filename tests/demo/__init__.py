"""The demo: its stage, its checks, its story."""
