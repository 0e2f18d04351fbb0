"""The configuration: one TOML file, read whole, checked whole, explained in words."""

from bot.config.load import load_config
from bot.config.problems import ConfigError, Problem
from bot.config.to_domain import Config, IRCSection, RelaySection

__all__ = ["Config", "ConfigError", "IRCSection", "Problem", "RelaySection", "load_config"]
