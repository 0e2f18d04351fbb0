"""`python -m bot` is the program."""

from bot.cli import main

main()
