"""A mail server on a free port that writes down every letter it takes: recipient and Message-ID, one a line.

    smtp.py TAKEN [LETTERS [TLS FOLDER]]

It takes its time before and after a letter is taken, so that a sender can die at every moment. TLS is "starttls" or "implicit", with
server.pem and server.key of the folder; then it takes letters of the user "thongbao" with the password "mat-khau" only.
"""

import asyncio
import email
import os
import random
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

CHANCE = random.Random(7)


class Handler:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8")

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("khong-co"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("day") and not getattr(server, "full", False):
            server.full = True
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(CHANCE.random() * 0.02)
        letter = email.message_from_bytes(envelope.content)
        self.file.write(f"{envelope.rcpt_tos[0]} {letter['Message-ID']}\n")
        self.file.flush()
        os.fsync(self.file.fileno())
        if len(sys.argv) > 2:
            with open(sys.argv[2], "ab") as last:
                last.write(envelope.content + b"\n=====\n")
        await asyncio.sleep(CHANCE.random() * 0.02)
        return "250 2.0.0 taken"


def known(server, session, envelope, mechanism, login):
    return AuthResult(success=login == LoginPassword(b"thongbao", b"mat-khau"), handled=False)


async def main():
    handler = Handler(sys.argv[1])
    options, context = {}, None
    if len(sys.argv) > 3:
        kind, folder = sys.argv[3:]
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
        options = {"authenticator": known, "auth_required": True, "auth_require_tls": kind == "starttls"}
        if kind == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
            context = None
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="thu.example", **options), "127.0.0.1", 0, ssl=context
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
