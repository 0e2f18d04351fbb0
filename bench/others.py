"""Other bots, where they are installed: on PATH, or in a folder of virtual environments.

The folder is named by `BENCH_PEERS`; `BENCH_PEERS/sopel/bin/sopel` is then Sopel. Each is set up
with one plugin that answers `!ping TOKEN`, its throttles off, and no plugin that asks the web.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from tests.servers.api import IRCServer

#: Writes what a bot needs into a folder; returns the arguments it is started with.
Setup = Callable[[Path, IRCServer, str, str], list[str]]


def command(program: str, arguments: list[str]) -> list[str] | None:
    """Return how a program is started; None where it is not installed."""
    found = find(program)
    if found is None:
        return None
    python = Path(found).parent / "python"
    if program == "sopel" and os.getuid() == 0 and python.exists():
        return [str(python), "-c", _SOPEL, *arguments]
    return [found, *arguments]


def find(program: str) -> str | None:
    """Return where a program is."""
    folder = os.environ.get("BENCH_PEERS")
    if folder:
        for inside in Path(folder).glob(f"*/bin/{program}"):
            return str(inside.absolute())
    return shutil.which(program)


#: Sopel does not run for root, as which a container may well run this; it gets another number.
NOT_ROOT = "import os, sys; os.getuid = os.geteuid = lambda: 1000; sys.argv[0] = 'sopel'; "
_SOPEL = f"{NOT_ROOT}from sopel.cli.run import main; sys.exit(main())"


def sopel(folder: Path, server: IRCServer, nick: str, channel: str) -> list[str]:
    """Sopel: a plugin file of its own."""
    plugins = folder / "plugins"
    plugins.mkdir()
    (plugins / "benchping.py").write_text(
        "from sopel import plugin\n\n"
        '@plugin.command("ping")\n'
        "def ping(bot, trigger):\n"
        "    bot.say(trigger.group(2))\n"
    )
    config = folder / "sopel.cfg"
    config.write_text(
        f"[core]\nnick = {nick}\nhost = {server.host}\nport = {server.port}\nuse_ssl = false\n"
        f'owner = nobody\nchannels = \n    "{channel}"\nprefix = \\!\nhomedir = {folder}\n'
        f"extra = {plugins}\nenable = benchping\nflood_max_wait = 0\n"
        "flood_burst_lines = 1000000\nflood_empty_wait = 0\n"
    )
    return ["start", "--config", str(config)]


def limnoria(folder: Path, server: IRCServer, nick: str, channel: str) -> list[str]:
    """Limnoria: a plugin folder."""
    plugin = folder / "plugins" / "Bench"
    plugin.mkdir(parents=True)
    (plugin / "__init__.py").write_text(
        "from . import config, plugin\nClass = plugin.Class\nconfigure = config.configure\n"
    )
    (plugin / "config.py").write_text(
        "from supybot import conf\n\n"
        "def configure(advanced):\n    conf.registerPlugin('Bench', True)\n\n"
        "conf.registerPlugin('Bench')\n"
    )
    (plugin / "plugin.py").write_text(
        "from supybot import callbacks\nfrom supybot.commands import *\n\n"
        "class Bench(callbacks.Plugin):\n"
        '    def ping(self, irc, msg, args, text):\n        """<text>"""\n'
        "        irc.reply(text, prefixNick=False)\n"
        "    ping = wrap(ping, ['text'])\n\nClass = Bench\n"
    )
    config = folder / "limnoria.conf"
    values = {
        "supybot.nick": nick,
        "supybot.ident": nick,
        "supybot.networks": "bench",
        "supybot.networks.bench.servers": f"{server.host}:{server.port}",
        "supybot.networks.bench.channels": channel,
        "supybot.networks.bench.ssl": "False",
        "supybot.networks.bench.requireStarttls": "False",
        "supybot.plugins": "Bench",
        "supybot.plugins.Bench": "True",
        "supybot.commands.defaultPlugins.ping": "Bench",
        "supybot.directories.plugins": str(folder / "plugins"),
        "supybot.reply.whenAddressedBy.chars": "!",
        "supybot.protocols.irc.throttleTime": "0.0",
        "supybot.abuse.flood.command": "False",
        "supybot.abuse.flood.command.invalid": "False",
        "supybot.log.stdout": "False",
    }
    config.write_text("".join(f"{name}: {value}\n" for name, value in values.items()))
    return ["--allow-root", "--allow-default-owner", str(config)]


def errbot(folder: Path, server: IRCServer, nick: str, channel: str) -> list[str]:
    """Errbot with its IRC backend: a plugin folder, storage in memory."""
    plugin = folder / "plugins" / "bench"
    plugin.mkdir(parents=True)
    (plugin / "bench.plug").write_text(
        "[Core]\nName = Bench\nModule = bench\n\n[Python]\nVersion = 3\n"
    )
    (plugin / "bench.py").write_text(
        "from errbot import BotPlugin, botcmd\n\n"
        "class Bench(BotPlugin):\n    @botcmd\n    def ping(self, msg, args):\n"
        "        return args\n"
    )
    (folder / "config.py").write_text(
        "import logging\nBACKEND = 'IRC'\nSTORAGE = 'Memory'\nBOT_PREFIX = '!'\n"
        f"BOT_DATA_DIR = {str(folder)!r}\nBOT_EXTRA_PLUGIN_DIR = {str(folder / 'plugins')!r}\n"
        "BOT_LOG_FILE = None\nBOT_LOG_LEVEL = logging.ERROR\nBOT_ADMINS = ('nobody!n@n.example',)\n"
        f"BOT_IDENTITY = {{'nickname': {nick!r}, 'server': {server.host!r}, "
        f"'port': {server.port}}}\n"
        f"CHATROOM_PRESENCE = ({channel!r},)\nCORE_PLUGINS = ('ACLs', 'ChatRoom', 'CommandNotFoundFilter')\n"
        "IRC_CHANNEL_RATE = None\nIRC_PRIVATE_RATE = None\nSUPPRESS_CMD_NOT_FOUND = True\n"
    )
    return ["-c", str(folder / "config.py")]


#: Programs by name of the bot.
OTHERS: Mapping[str, tuple[str, Setup]] = MappingProxyType(
    {
        "errbot": ("errbot", errbot),
        "sopel": ("sopel", sopel),
        "limnoria": ("supybot", limnoria),
    }
)
