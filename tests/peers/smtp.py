"""A mail server for tests: takes letters into a folder and misbehaves as it is told to. See --help."""

import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl
import sys
import tempfile
import time
from pathlib import Path

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

ABOUT = """
Takes letters by SMTP on a loopback port and puts each into the folder as N.eml (the letter) and N.json (who sent it to
whom, and how), counted from 1; N.eml is there last and appears whole. Prints the port on one line, and the rest of what
there is to know on standard error. ca.pem in the folder is the authority that signed its certificate, which is for
localhost and 127.0.0.1 unless --name says otherwise. A folder that has an authority keeps it, so that a peer that is
started again there is believed as before.
"""


def options(arguments):
    parser = argparse.ArgumentParser(prog="smtp-peer", description=ABOUT)
    parser.add_argument("--folder", type=Path, help="where letters go; built in: a new temporary folder")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; built in: a free one")
    parser.add_argument(
        "--security",
        choices=["starttls", "implicit", "plain"],
        default="starttls",
        help="starttls: nothing is taken before it; implicit: TLS from the first byte; plain: neither, and no STARTTLS",
    )
    parser.add_argument("--login", metavar="USER:PASSWORD", help="takes nothing without this login")
    parser.add_argument("--name", action="append", help="a name the certificate is for (may be given several times)")
    parser.add_argument("--slow", type=float, default=0.0, metavar="SECONDS", help="waits before every answer")
    parser.add_argument(
        "--refuse",
        action="append",
        default=[],
        metavar="ADDRESS=CODE",
        help="answers RCPT of this address with this code, such as 451 or 550 (may be given several times)",
    )
    parser.add_argument("--refuse-letters", type=int, metavar="CODE", help="answers every letter with this code")
    parser.add_argument("--quote", action="store_true", help="refusals quote the recipient and a line of the letter")
    parser.add_argument("--smtputf8", action="store_true", help="takes addresses beyond ASCII")
    parser.add_argument(
        "--inject", action="store_true", help="puts an answer in the clear behind the one to STARTTLS, as an attacker would"
    )
    parser.add_argument(
        "--tell",
        action="store_true",
        help="prints a line of JSON for each letter as it is taken: its number, milliseconds since 1970, to whom, its text",
    )
    parser.add_argument("--until-input-ends", action="store_true", help="ends with its standard input")
    return parser.parse_args(arguments)


class Letters:
    """The folder, and what is refused before anything gets into it."""

    def __init__(self, given, folder):
        self.given = given
        self.folder = folder
        self.refused = dict(pair.rsplit("=", 1) for pair in given.refuse)
        self.count = max((int(path.stem) for path in folder.glob("*.eml") if path.stem.isdigit()), default=0)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        code = self.refused.get(address)
        if code:
            quoted = f" <{address}>" if self.given.quote else ""
            return f"{code} {code[0]}.1.1 not taken{quoted}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        code = self.given.refuse_letters
        if code:
            quoted = ""
            if self.given.quote:
                lines = envelope.content.decode("utf-8", "replace").split("\r\n\r\n", 2)[-1].splitlines()
                quoted = " " + " ".join(lines)[:300]
            return f"{code} {code // 100}.7.1 not taken{quoted}"
        self.count += 1
        number = self.count
        about = {
            "number": number,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "options": envelope.mail_options,
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "login": session.login_data.decode() if session.login_data else None,
            "hello": session.host_name,
            "client_port": session.peer[1],
        }
        self.put(f"{number}.json", json.dumps(about, ensure_ascii=False).encode())
        self.put(f"{number}.eml", envelope.original_content)
        if self.given.tell:
            text = plain_text(envelope.original_content)
            told = {"number": number, "at": time.time_ns() // 1_000_000, "to": envelope.rcpt_tos, "text": text}
            print(json.dumps(told), flush=True)
        return f"250 OK number {number}"

    def put(self, name, content):
        half = self.folder / f".{name}.half"
        half.write_bytes(content)
        half.rename(self.folder / name)


def plain_text(content):
    letter = email.message_from_bytes(content, policy=email.policy.SMTPUTF8)
    part = letter.get_body(("plain",))
    return part.get_content() if part else ""


class Session(SMTP):
    """aiosmtpd's, with an attacker on the way and a slow mind where they were asked for."""

    given = None

    async def push(self, status):
        # An answer of several lines waits once, before its last one.
        if self.given.slow and status[3:4] not in ("-", b"-"):
            await asyncio.sleep(self.given.slow)
        if self.given.inject and isinstance(status, str) and status.startswith("220 Ready to start TLS"):
            status += "\r\n250 Injected"
        await super().push(status)


def authenticator(given):
    user, _, password = given.login.partition(":")

    def check(server, session, envelope, mechanism, login):
        right = (login.login.decode(), login.password.decode()) == (user, password)
        # Not "handled": aiosmtpd then answers a wrong login with 535 itself.
        return AuthResult(success=right, handled=False, auth_data=login)

    return check


def certificate(given, folder):
    public, private = folder / "ca.pem", folder / "ca.key"
    if public.exists() and private.exists():
        authority = trustme.CA.from_pem(public.read_bytes(), private.read_bytes())
    else:
        authority = trustme.CA()
        authority.private_key_pem.write_to_path(private)
        half = folder / ".ca.pem.half"
        authority.cert_pem.write_to_path(half)
        half.rename(public)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*(given.name or ["localhost", "127.0.0.1"])).configure_cert(context)
    return context


async def serve(given, folder):
    loop = asyncio.get_running_loop()
    letters = Letters(given, folder)
    context = None if given.security == "plain" else certificate(given, folder)
    inside = context if given.security == "starttls" else None
    Session.given = given

    def session():
        return Session(
            letters,
            hostname="peer.example",
            ident="peer",
            enable_SMTPUTF8=given.smtputf8,
            tls_context=inside,
            require_starttls=inside is not None,
            auth_required=given.login is not None,
            auth_require_tls=inside is not None,
            auth_exclude_mechanism=() if given.login else ("PLAIN", "LOGIN"),
            authenticator=authenticator(given) if given.login else None,
            loop=loop,
        )

    outside = context if given.security == "implicit" else None
    server = await loop.create_server(session, given.host, given.port, ssl=outside, backlog=128)
    port = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    print(f"smtp-peer: listens on {given.host}:{port} ({given.security}), letters go to {folder}", file=sys.stderr)
    if given.until_input_ends:
        await loop.run_in_executor(None, sys.stdin.buffer.read)
    else:
        await server.serve_forever()


def main():
    given = options(sys.argv[1:])
    folder = given.folder or Path(tempfile.mkdtemp(prefix="smtp-peer-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(serve(given, folder))
    except KeyboardInterrupt:
        pass
    # Connections that are still open, and the thread that reads the input, hold nothing worth waiting for.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
