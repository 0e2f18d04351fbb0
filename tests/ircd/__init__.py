"""The demo's IRC server and InspIRCd, asked the same questions."""
