#!/usr/bin/env python3
"""A proxy between gonogo and a server: loses messages, swallows answers, keeps silent.

    proxy.py SOCKET-FOLDER SERVER-FOLDER FAULT TEXT RECORD [ARM]

FAULT happens at the first piece of client bytes that holds TEXT (after one that held ARM, where given), once:
drop_before   the connection ends before the server gets it
drop_after    the server gets it and answers; the connection ends before the client gets the answer
drop_during   the server gets it; half a second later, before it answers, the connection ends
blackhole     the server gets it; nothing more ever reaches the client, and nothing ends
abort         a statement that fails goes before it, and its answer to nobody: the transaction is aborted
RECORD gets a line when it has happened. A process of its own: a thread beside a libpq that blocks would hang with it.
"""

import os
import select
import socket
import struct
import sys
import threading
import time


class Proxy:
    def __init__(self, words):
        folder, self.server, self.fault, text, self.record = words[:5]
        self.text, self.arm = text.encode(), words[5].encode() if len(words) > 5 else None
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(os.path.join(folder, ".s.PGSQL.5432"))
        self.listener.listen(50)
        self.lock, self.held = threading.Lock(), []

    def serve(self):
        print("ready", flush=True)
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.relay, args=(client,), daemon=True).start()

    def is_time(self, piece):
        """Whether the fault happens at this piece."""
        with self.lock:
            if self.arm and self.arm in piece:
                self.arm = None
                if self.text not in piece:
                    return False
            if self.arm or not self.text or self.text not in piece:
                return False
            self.text = b""
        with open(self.record, "a") as file:
            file.write(f"{self.fault} at {piece[:200]!r} FAULT\n")
        return True

    def relay(self, client):
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(os.path.join(self.server, ".s.PGSQL.5432"))
            while self.pass_on(client, server):
                pass
        except OSError:
            pass
        if (client, server) not in self.held:
            client.close()
            server.close()

    def pass_on(self, client, server):
        """Takes one piece from whoever has one; whether the connection goes on."""
        for ready in select.select([client, server], [], [])[0]:
            piece = ready.recv(1 << 20)
            if not piece:
                return False
            if ready is server:
                client.sendall(piece)
            elif self.is_time(piece):
                return self.harm(client, server, piece)
            else:
                server.sendall(piece)
        return True

    def harm(self, client, server, piece):
        if self.fault == "abort":
            statement = b"SELECT 1/0\0"
            server.sendall(b"Q" + struct.pack("!i", len(statement) + 4) + statement)
            answer = b""
            while not answer.endswith(b"Z\0\0\0\5E"):
                answer += server.recv(1 << 20)
            server.sendall(piece)
            return True
        if self.fault != "drop_before":
            server.sendall(piece)
        if self.fault == "drop_after":
            server.recv(1 << 20)
        if self.fault == "drop_during":
            time.sleep(0.5)
        if self.fault == "blackhole":
            self.held.append((client, server))
        return False


if __name__ == "__main__":
    Proxy(sys.argv[1:]).serve()
