"""What an operator does on the bot's own machine, beside the running program or in its place."""
