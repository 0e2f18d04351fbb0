"""Configuration of the private InspIRCd and Atheme: the texts of their files."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

OPER = ("root", "tests-oper-password")
NETWORK = "tests.example"

# InspIRCd 3 spells these without "m_"; the core's own modules load by themselves.
_MODULES = (
    "cap ircv3 ircv3_accounttag ircv3_batch ircv3_capnotify ircv3_chghost ircv3_ctctags "
    "ircv3_echomessage ircv3_invitenotify ircv3_labeledresponse ircv3_msgid ircv3_servertime "
    "services_account sasl sslinfo ssl_gnutls monitor spanningtree cloaking md5 sha256 "
    "namesx uhnames conn_umodes botmode callerid deaf muteban banexception inviteexception samode sajoin sanick servprotect "
    "svshold cban chghost chgident hidechans"
).split()

_INSPIRCD = string.Template("""
<server name="$server.$network" description="Tests" id="$sid" network="Tests">
<admin name="tests" nick="tests" email="tests@$network">
<path configdir="$folder" datadir="$folder" logdir="$folder" runtimedir="$folder">
<pid file="$folder/inspircd.pid">
$modules
<bind address="127.0.0.1" port="$plain" type="clients">
<bind address="127.0.0.1" port="$limited" type="clients">
<bind address="127.0.0.1" port="$tls" type="clients" sslprofile="Clients">
<bind address="127.0.0.1" port="$link" type="servers">
<sslprofile name="Clients" provider="gnutls" certfile="$folder/server.pem"
            keyfile="$folder/server.pem" hash="sha256" requestclientcert="yes">

# As networks have it: ten lines at once, one a second after that, else "Excess Flood".
<connect name="limited" allow="*" port="$limited" threshold="10" commandrate="1000" fakelag="no"
         recvq="8K" softsendq="8192" hardsendq="1M" localmax="100" globalmax="100" limit="1000"
         timeout="20" pingfreq="120" useident="no" resolvehostnames="no" modes="+x" maxchans="50">
# For tests: no limits. The command rate is in thousandths of a command per second.
<connect name="main" allow="*" threshold="100000" commandrate="1000000000" fakelag="no"
         recvq="4M" softsendq="16M" hardsendq="32M" localmax="5000" globalmax="5000" limit="5000"
         timeout="30" pingfreq="60" useident="no" resolvehostnames="no" modes="+x" maxchans="1000">

<class name="Root" commands="*" usermodes="*" chanmodes="*" privs="*">
<type name="NetAdmin" classes="Root" host="netadmin.$network" maxchans="1000">
<oper name="$oper_name" password="$oper_password" host="*" type="NetAdmin">

<cloak mode="half" key="a-key-of-the-tests-of-more-than-thirty-characters" prefix="t-" suffix=".ip">
<sasl target="services.$network" requiressl="no">
<uline server="services.$network" silent="yes">
<link name="services.$network" ipaddr="127.0.0.1" port="$link" allowmask="127.0.0.1"
      sendpass="tests-link" recvpass="tests-link">
$peer

<options prefixquit="Quit: " defaultmodes="not" syntaxhints="no" cyclehostsfromuser="no"
         announcets="no" allowmismatch="yes" allowzerolimit="no" exemptchanops="">
<performance netbuffersize="65534" somaxconn="1024" softlimit="5000" clonesonconnect="no"
             quietbursts="yes" nouserdns="yes">
<security announceinvites="dynamic" hideulines="no" hidesplits="no" hidebans="no" maxtargets="20"
          operspywhois="no" restrictbannedusers="yes">
<limits maxnick="30" maxchan="64" maxmodes="20" maxident="10" maxhost="64" maxquit="255"
        maxtopic="307" maxkick="255" maxreal="128" maxaway="200" maxline="512">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="inspircd.log" flush="1">
<dns server="127.0.0.1" timeout="1">
<files motd="/dev/null">
""")

_PEER = string.Template("""\
<link name="$server.$network" ipaddr="127.0.0.1" port="$port" allowmask="127.0.0.1"
      sendpass="tests-link" recvpass="tests-link">
""")

_ATHEME_MODULES = (
    "protocol/inspircd backend/opensex nickserv/main nickserv/register nickserv/identify "
    "nickserv/logout nickserv/info nickserv/cert nickserv/ghost nickserv/regain chanserv/main "
    "chanserv/register chanserv/drop chanserv/invite chanserv/access chanserv/flags chanserv/op chanserv/info "
    "chanserv/set_core saslserv/main saslserv/plain saslserv/external"
).split()

_ATHEME = string.Template("""
$modules
serverinfo {
  name = "services.$network"; desc = "Services of the tests"; numeric = "00A"; recontime = 1;
  netname = "Tests"; hidehostsuffix = "users.$network"; adminname = "tests";
  adminemail = "tests@$network"; registeremail = "noreply@$network"; hidden; mta = "/bin/true";
  loglevel = { error; info; network; }; maxcertfp = 5; maxlogins = 200; maxusers = 0; mdlimit = 30;
  emaillimit = 100; emailtime = 300; auth = none; casemapping = rfc1459;
};
uplink "irc.$network" {
  host = "127.0.0.1"; port = $link; send_password = "tests-link"; receive_password = "tests-link";
};
nickserv { nick = "NickServ"; user = "NickServ"; host = "services.$network";
  real = "Nickname Services"; maxnicks = 20; expire = 0; enforce_expire = 0; };
chanserv { nick = "ChanServ"; user = "ChanServ"; host = "services.$network";
  real = "Channel Services"; expire = 0; maxchans = 100; };
saslserv { nick = "SaslServ"; user = "SaslServ"; host = "services.$network";
  real = "SASL Services"; hide_server_names; };
database { db_save_blocking; };
general { helpchan = "#help"; helpurl = ""; commit_interval = 5; flood_msgs = 0; ratelimit_uses = 0;
  default_clone_allowed = 1000; clone_time = 0; uplink_sendq_limit = 16777216; language = "en"; };
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Loopback ports of one network."""

    plain: int
    limited: int
    tls: int
    link: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server of a network: the first part of its name, and its id on links."""

    name: str
    sid: str


HUB = Server(name="irc", sid="1TS")
LEAF = Server(name="leaf", sid="2TS")


def write_config(
    folder: Path, ports: Ports, *, server: Server = HUB, peer: tuple[Server, int] | None = None
) -> None:
    """Write `inspircd.conf` and `atheme.conf`; `peer` may be linked with, at its link port."""
    values = {
        "server": server.name,
        "sid": server.sid,
        "peer": ""
        if peer is None
        else _PEER.substitute(server=peer[0].name, network=NETWORK, port=peer[1]),
        "folder": folder,
        "network": NETWORK,
        "oper_name": OPER[0],
        "oper_password": OPER[1],
        "plain": ports.plain,
        "limited": ports.limited,
        "tls": ports.tls,
        "link": ports.link,
    }
    modules = "\n".join(f'<module name="{name}">' for name in _MODULES)
    (folder / "inspircd.conf").write_text(_INSPIRCD.substitute(values, modules=modules))
    modules = "\n".join(f'loadmodule "modules/{name}";' for name in _ATHEME_MODULES)
    (folder / "atheme.conf").write_text(_ATHEME.substitute(values, modules=modules))


def write_accounts(
    folder: Path, accounts: Mapping[str, str], fingerprints: Mapping[str, str]
) -> None:
    """Write Atheme's database, so that nobody needs to register one after another.

    Passwords stand in clear: no crypto module is loaded, which also makes logins quick.
    """
    lines = ["GRVER 1", "DBV 12", "CF +AFHORVabefhioqrstv"]
    for number, (name, password) in enumerate(accounts.items()):
        ident = "AAAAAAAA" + string.ascii_uppercase[number]
        lines += [
            f"MU {ident} {name} {password} {name}@{NETWORK} 1700000000 1700000000 +s default",
            f"MN {name} {name} 1700000000 1700000000",
        ]
    lines += [f"MCFP {account} {digits}" for account, digits in fingerprints.items()]
    (folder / "services.db").write_text("\n".join([*lines, "KID 0", "XID 0", "QID 0", ""]))
