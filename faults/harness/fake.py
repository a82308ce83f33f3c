#!/usr/bin/env python3
"""A server that speaks PostgreSQL's protocol and is none.

    fake.py SOCKET-FOLDER VERSION

Every query is answered with one row: the version it claims, and the process id it gave.
"""

import os
import socket
import struct
import sys
import threading

PID = 4711


def message(kind, body=b""):
    return kind + struct.pack("!i", len(body) + 4) + body


def columns():
    parts = [struct.pack("!h", 2)]
    for name, oid in ((b"version", 25), (b"pid", 23)):
        parts.append(name + b"\0" + struct.pack("!ihihih", 0, 0, oid, -1, -1, 0))
    return message(b"T", b"".join(parts))


def row(version):
    parts = [struct.pack("!h", 2)]
    for value in (version.encode(), str(PID).encode()):
        parts.append(struct.pack("!i", len(value)) + value)
    return message(b"D", b"".join(parts))


def read(stream, count):
    bytes_ = stream.read(count)
    if len(bytes_) < count:
        raise EOFError
    return bytes_


def begin(stream):
    """The start of a connection; encryption is refused."""
    while True:
        length, code = struct.unpack("!ii", read(stream, 8))
        read(stream, length - 8)
        if code >> 16 == 3:
            break
        stream.write(b"N")
        stream.flush()
    parameters = [(b"server_version", b"15.0"), (b"client_encoding", b"UTF8"), (b"standard_conforming_strings", b"on")]
    stream.write(message(b"R", struct.pack("!i", 0)))
    for name, value in parameters:
        stream.write(message(b"S", name + b"\0" + value + b"\0"))
    stream.write(message(b"K", struct.pack("!ii", PID, 1)) + message(b"Z", b"I"))
    stream.flush()


def serve(connection, version):
    stream = connection.makefile("rwb")
    answers = {
        b"P": message(b"1"), b"B": message(b"2"), b"D": columns(), b"S": message(b"Z", b"I"), b"H": b"",
        b"E": row(version) + message(b"C", b"SELECT 1\0"), b"C": message(b"3"),
        b"Q": columns() + row(version) + message(b"C", b"SELECT 1\0") + message(b"Z", b"I"),
    }
    try:
        begin(stream)
        while (kind := read(stream, 1)) != b"X":
            read(stream, struct.unpack("!i", read(stream, 4))[0] - 4)
            stream.write(answers.get(kind, b""))
            stream.flush()
    except (EOFError, OSError):
        pass
    connection.close()


def main():
    folder, version = sys.argv[1:]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.join(folder, ".s.PGSQL.5432"))
    listener.listen(10)
    print("ready", flush=True)
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0], version), daemon=True).start()


if __name__ == "__main__":
    main()
