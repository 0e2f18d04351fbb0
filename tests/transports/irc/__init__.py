"""The IRC transport: its parts alone, and the whole on the embedded server and on InspIRCd."""
