import TestSupport

/// A Chromium without a window, with a profile of its own and no way to any network.
struct Browser {
    private let program: Program

    init() throws { program = try Program() }

    /// Keeps a page in a file.
    ///
    /// - Returns: its path.
    func page(_ html: String, _ name: String = "page.html") throws -> String {
        try Files.write(html, to: "\(program.folder)/\(name)")
        return "\(program.folder)/\(name)"
    }

    /// The page as the browser has it in the end, and the addresses on the net that were asked for because of it.
    func load(_ page: String) async throws -> (dom: String, requests: Set<String>) {
        let log = "\(program.folder)/net.json"
        let answer = try await start(["--dump-dom", "--log-net-log=\(log)"], page)
        let asked = try Files.read(log).split(separator: "\"url\":\"http").dropFirst().map {
            "http" + $0.prefix { $0 != "\"" }
        }
        // The browser asks its maker for news, in vain.
        let own = #/https?:\/\/[a-z0-9]+\.(google|googleapis)\.com\/.*/#
        return (answer.output, Set(asked.filter { $0.wholeMatch(of: own) == nil }))
    }

    /// The colour of the page's upper left corner, as three numbers.
    func corner(_ page: String, _ flags: String...) async throws -> String {
        let picture = "\(program.folder)/page.png"
        _ = try await start(["--screenshot=\(picture)", "--window-size=400,300"] + flags, page)
        // The first pixel of a PNG stands behind a byte that says how its line is filtered, which changes nothing there.
        let script = """
            import struct, sys, zlib
            data, place, packed = open(sys.argv[1], "rb").read(), 8, b""
            while place < len(data):
                length, kind = struct.unpack(">I4s", data[place:place + 8])
                packed += data[place + 8:place + 8 + length] if kind == b"IDAT" else b""
                place += length + 12
            print(*zlib.decompress(packed)[1:4])
            """
        return try await tool(["python3", "-c", script, picture]).output
    }

    /// The words of the page on paper, without blanks.
    func paper(_ page: String) async throws -> String {
        let paper = "\(program.folder)/page.pdf"
        _ = try await start(["--print-to-pdf=\(paper)", "--no-pdf-header-footer"], page)
        return try await tool(["pdftotext", "-raw", paper, "-"]).output.filter { !$0.isWhitespace }
    }

    private func tool(_ arguments: [String]) async throws -> Answer {
        let answer = try await program.tool(arguments)
        guard answer.status == 0 else { throw TestFailure("\(arguments[0]): \(answer.errors)") }
        return answer
    }

    /// Whatever it starts ends with it: `timeout` ends the whole group.
    private func start(_ flags: [String], _ page: String) async throws -> Answer {
        try await tool(
            ["timeout", "--kill-after=5", "120", "chromium"] + Self.usual + [
                "--user-data-dir=\(program.folder)/profile"
            ]
                + flags + ["file://\(page)"])
    }

    private static let usual = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
        "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9",
    ]
}
