"""An https server of our own, for what fetches."""

import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.inbound.sns_requests import KEY

Answer = Callable[[socket.socket], None]


class Server:
    """An https server that says to every connection what it is told to say."""

    def __init__(self, folder: Path) -> None:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("::1"))])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
        now = datetime.now(UTC)
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        builder = builder.serial_number(7).add_extension(names, critical=False)
        own = builder.sign(KEY, SHA256()).public_bytes(Encoding.PEM)
        chain = folder / "server.pem"
        chain.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + own)
        self.trust = ssl.create_default_context(cadata=own.decode())
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(chain)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"https://localhost:{self.port}/a.pem?x=1"
        self.asked: list[bytes] = []
        self.closing = threading.Event()
        self.answer: Answer = content(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:
                return
            if self.closing.is_set():
                plain.close()
                return
            try:
                with self._context.wrap_socket(plain, server_side=True) as sock:
                    self.asked.append(sock.recv(4_096))
                    self.answer(sock)
            except OSError:
                plain.close()

    def close(self) -> None:
        self.closing.set()
        with socket.create_connection(("127.0.0.1", self.port)):
            pass
        self._thread.join(10)
        self._listening.close()


def content(text: bytes) -> Answer:
    return lambda sock: sock.sendall(text)
