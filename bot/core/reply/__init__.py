"""What goes back to people in the team's name: tone and drafts."""
