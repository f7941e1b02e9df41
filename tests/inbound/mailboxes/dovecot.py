"""A Dovecot of our own: unprivileged, in a folder of its own, on ports of the loopback."""

import grp
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from imapclient import IMAPClient

from deliveryledger.inbound.mailboxes import ImapServer
from deliveryledger.inbound.mailboxes.imap_session import Security

BINARY = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
SECRET = "löng and random"
SECONDS = 20.0
USERS = 200
CONFIG = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
auth_mechanisms = plain login xoauth2
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
verbose_proctitle = yes
mail_max_userip_connections = 50
imap_idle_notify_interval = 10 s
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
needed = pytest.mark.skipif(BINARY is None, reason="no Dovecot is installed (Debian: dovecot-imapd)")


@dataclass
class Dovecot:
    """A server that runs."""

    folder: Path
    plain: int
    tls: int
    process: subprocess.Popen[bytes]
    user: str = "u0"
    token_user: str = "token"
    token: str = "ya29.a-token"

    @property
    def ca_file(self) -> Path:
        return self.folder / "cert.pem"

    def server(self, *, secret: str = SECRET, security: Security = Security.TLS) -> ImapServer:
        port = self.tls if security is Security.TLS else self.plain
        return ImapServer("localhost", self.user, lambda: secret, None, port, security, self.ca_file)

    @contextmanager
    def client(self, folder: str = "INBOX") -> Iterator[IMAPClient]:
        """What another mail program would see."""
        with IMAPClient("localhost", self.plain, ssl=False) as client:
            client.plain_login(self.user, SECRET)
            client.select_folder(folder)
            yield client

    def put(self, *mails: bytes) -> None:
        with self.client() as client:
            for mail in mails:
                client.append("INBOX", mail)

    def flags(self, folder: str = "INBOX") -> list[set[str]]:
        """Of every mail in a folder."""
        with self.client(folder) as client:
            found = client.get_flags(client.search()) if client.search() else {}
        recent = {r"\Recent"}
        return [{flag.decode() for flag in found[uid]} - recent for uid in sorted(found)]

    def cut(self) -> None:
        """End the connections of this user, as a server that is started anew would."""
        for entry in Path("/proc").iterdir():
            # Children of this very server that say whose connection they hold.
            with suppress(OSError, ValueError, IndexError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                title = (entry / "cmdline").read_bytes()
                if parent == self.process.pid and title.startswith(b"dovecot/imap\0") | (b"[" in title):
                    self._end_if_mine(int(entry.name), title)

    def _end_if_mine(self, number: int, title: bytes) -> None:
        if f"[{self.user} ".encode() in title:
            os.kill(number, signal.SIGKILL)

    def renumber(self) -> None:
        """Forget the numbers of all mails, as after a restored backup."""
        self.cut()
        mails = self.folder / "mail" / self.user
        for path in mails.glob("dovecot.*"):
            path.unlink()
        numbers = mails / "dovecot-uidlist"
        validity = re.compile(rb"(?<= V)[0-9]+")
        numbers.write_bytes(validity.sub(lambda m: b"%d" % (int(m.group()) + 1), numbers.read_bytes(), 1))


@contextmanager
def running(folder: Path) -> Iterator[Dovecot]:
    """Start one; end it in the end."""
    owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    ports = _free_ports(2)
    _certificate(folder)
    secrets = {**{f"u{number}": SECRET for number in range(USERS)}, Dovecot.token_user: Dovecot.token}
    (folder / "users").write_text("".join(f"{user}:{{PLAIN}}{each}\n" for user, each in secrets.items()))

    config = CONFIG.format(
        folder=folder, user=owner.pw_name, group=grp.getgrgid(owner.pw_gid).gr_name,
        uid=owner.pw_uid, gid=owner.pw_gid, plain=ports[0], tls=ports[1],
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(config)
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    options = {}
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        options = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    with (folder / "stderr").open("wb") as said:
        process = subprocess.Popen(
            [str(BINARY), "-F", "-c", str(folder / "dovecot.conf")],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=said, **options,
        )  # fmt: skip
    try:
        _wait_for(ports, process, folder)
        yield Dovecot(folder, *ports, process)
    finally:
        process.terminate()
        process.wait(SECONDS)


def _wait_for(ports: list[int], process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + SECONDS
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                said = (folder / "stderr").read_text()
                assert process.poll() is None, said
                assert time.monotonic() < deadline, said
                time.sleep(0.02)


def _free_ports(number: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in listeners]
    for each in listeners:
        each.close()
    return ports


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost")]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(pem)
