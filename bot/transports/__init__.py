"""The networks the bot speaks on, each behind the same small contract."""
