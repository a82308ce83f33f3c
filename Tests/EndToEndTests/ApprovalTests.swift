import Databases
import TestSupport
import Testing

/// People who sign, each with a key of their own, and the files that say whose keys count.
struct People {
    let shop: Shop
    var program: Program

    static let runbook = Shop.runbook.replacing(
        "vars:",
        with: """
            owner: Olga <olga@x.org>
            roles:
              lead: { title: Lead, members: [ana@x.org, olga@x.org] }
              dba: { members: [raj@x.org, ana@x.org] }
            approvals: { required: 2, from: [lead, dba], not_author: true, expires: 7d }
            vars:
            """)
    static let make = ["plan", "shop.runbook.yaml", "--target", "-o", "shop.plan"]
    static let run = ["run", "shop.plan", "--yes"]

    /// With the shop's plan made, in a project below a folder with the keys.
    init(_ engine: Engine = .sqlite, _ runbook: String = People.runbook) async throws {
        shop = try await Shop(engine, runbook)
        program = shop.program
        let script = """
            mkdir -m 700 home away
            for who in ana raj olga gus; do
              ssh-keygen -q -t ed25519 -N '' -C $who -f away/$who
              echo "$who@x.org namespaces=\\"gonogo-approval@v1\\" $(cut -d' ' -f1,2 away/$who.pub)" >>away/signers
            done
            """
        try await tool(script)
        program = program.setting("HOME", program.folder + "/home").setting("GONOGO_SIGNERS", signers).setting(
            "TMPDIR", program.folder
        )
        // The folder of the test is the runbook's, so the file is in it.
        .setting("GONOGO_SIGNERS_DIGEST", try await digest())
        let made = try await program.run(Self.make)
        guard made.status == 0 else { throw TestFailure("no plan: \(made.errors)") }
    }

    var signers: String { program.folder + "/away/signers" }

    @discardableResult
    func tool(_ script: String) async throws -> String {
        let answer = try await program.tool(["sh", "-euc", script])
        guard answer.status == 0 else { throw TestFailure("\(script): \(answer.errors)") }
        return answer.output
    }

    func digest() async throws -> String { String(try await tool("sha256sum away/signers").prefix(64)) }

    /// Changes the signers file.
    func withSigners(_ script: String) async throws -> People {
        var copy = self
        try await tool(script)
        copy.program = program.setting("GONOGO_SIGNERS_DIGEST", try await digest())
        return copy
    }

    static func approve(_ who: String, _ role: String, key: String? = nil) -> [String] {
        ["approve", "shop.plan", "--as", role, "--by", "\(who)@x.org", "--key", "away/\(key ?? who)"]
    }

    func approve(_ who: String, _ role: String, key: String? = nil) async throws {
        let answer = try await program.run(Self.approve(who, role, key: key))
        guard answer.status == 0 else { throw TestFailure("not approved: \(answer.errors)") }
    }

    /// Tries to run the plan, and expects refusals of these codes, and nothing done.
    func expectRefusal(_ codes: String..., location: SourceLocation = #_sourceLocation) async throws {
        // Not even an address that leads nowhere is looked at.
        let answer = try await program.setting("DATABASE_URL", "sqlite:none.db").run(Self.run)
        let found = answer.errors.matches(of: /error\[(E[0-9]+)\]/).map { String($0.output.1) }
        #expect(answer.status == 6, sourceLocation: location)
        #expect(found == codes, "\(answer.errors)", sourceLocation: location)
        #expect(try await shop.isUntouched(), sourceLocation: location)
    }
}

/// A plan that needs approvals.
struct `A plan that needs approvals` {
    @Test(arguments: engines)
    func `runs when enough people signed it, which the journal keeps`(engine: Engine) async throws {
        let people = try await People(engine)
        let answers = try await people.program.talk(
            "approved-\(engine)", ["run", "shop.runbook.yaml", "--yes"], People.run, People.approve("ana", "lead"),
            ["approvals", "shop.plan"], People.run, People.approve("raj", "dba"), ["approvals", "shop.plan", "--json"],
            People.run, ["history"], ["show", "LATEST"], ["rollback", "LATEST", "--yes"])
        #expect(answers.map(\.status) == [6, 6, 0, 0, 6, 0, 0, 0, 0, 0, 0])
        let journal = try Files.read(
            "\(people.program.folder)/.gonogo/runs/\(try people.program.latestRun())/journal.jsonl")
        #expect(journal.contains("\"identity\":\"ana@x.org\"") && journal.contains("\"key\":\"SHA256:"))
        #expect(try await people.tool("ls -d gonogo-* 2>/dev/null || true").isEmpty)
    }

    @Test func `is refused while it has too few, or of the wrong people`() async throws {
        let people = try await People()
        try await people.expectRefusal("E525")
        let refused = try await people.program.talk(
            "approval-refused", People.approve("olga", "lead"), People.approve("gus", "dba"),
            People.approve("ana", "guest"), ["approve", "shop.plan", "--by", "ana@x.org"],
            ["reject", "shop.plan", "--as", "dba", "--by", "raj@x.org"],
            ["approve", "shop.plan", "--as", "dba", "--by", "raj@x.org", "--key", "away/none"])
        #expect(refused.map(\.status) == [6, 6, 6, 2, 2, 1])
        try await people.approve("ana", "lead")
        try await people.expectRefusal("E526")
        try await people.approve("ana", "dba")
        try await people.expectRefusal("E541", "E526")
        // Another name is another person only with another key.
        try await people.approve("raj", "dba", key: "ana")
        try await people.expectRefusal("E541", "E540", "E526")
    }

    @Test func `is refused when the signature is by nobody known, or revoked, or for something else`() async throws {
        let people = try await People()
        try await people.approve("ana", "lead")
        try await people.approve("raj", "dba")
        #expect(try await people.program.run(["approvals", "shop.plan"]).output.contains("Nothing is missing."))
        let unknown = try await people.withSigners("cp away/signers away/all; sed -i /^raj/d away/signers")
        try await unknown.expectRefusal("E540", "E526")
        let unlimited = try await people.withSigners(
            "sed 's/^raj@x.org namespaces=[^ ]*/raj@x.org/' away/all >away/signers")
        try await unlimited.expectRefusal("E531", "E526")
        let both = try await people.withSigners(
            "sed '/^raj/{s/gonogo-approval@v1/git/;p;s/namespaces=.git./namespaces=\"gonogo-approval@v1\"/}' "
                + "away/all >away/signers")
        #expect(try await both.program.run("approvals", "shop.plan").output.contains("Nothing is missing."))
        let other = try await people.withSigners("sed '/^raj/s/gonogo-approval@v1/git/' away/all >away/signers")
        try await other.expectRefusal("E531", "E526")
        let late = try await people.withSigners(
            "sed '/^raj/s/ namespaces/ valid-before=\"20200101\",namespaces/' away/all >away/signers")
        try await late.expectRefusal("E540", "E526")
        let passed = try await people.withSigners(
            "sleep 1.1; sed \"/^raj/s/ namespaces/ valid-before=\\\"$(date -u +%Y%m%d%H%M%SZ)\\\",namespaces/\" "
                + "away/all >away/signers; sleep 1.1")
        try await passed.expectRefusal("E529", "E526")
        var good = try await people.withSigners(
            "cp away/all away/signers; ssh-keygen -q -k -f away/revoked away/raj.pub")
        good.program = good.program.setting("GONOGO_REVOKED", "away/revoked")
        try await good.expectRefusal("E530", "E526")
        good.program = good.program.setting("GONOGO_REVOKED", "away/none")
        try await good.expectRefusal("E534")
    }

    @Test func `is refused when an approval, or what is approved, was edited`() async throws {
        let people = try await People()
        try await people.approve("ana", "lead")
        try await people.approve("raj", "dba")
        let folder = "shop.plan.approvals"
        try await people.tool("cp -r \(folder) kept")
        let edits = [
            ("sed -i s/raj@x.org/ana@x.org/ \(folder)/dba-*", ["E540", "E526"]),
            ("sed -i 's/\"at\":\"2/\"at\":\"1/' \(folder)/dba-*", ["E533", "E526"]),
            ("sed -i 's/\"expires\":\"20/\"expires\":\"30/' \(folder)/dba-*", ["E533", "E526"]),
            ("sed -i 's/{/{ /' \(folder)/dba-*", ["E533", "E526"]),
            ("sed -i 's/U1NIU0lH/U1NIU0lI/' \(folder)/dba-*", ["E533", "E526"]),
            ("sed -i 's/,\"signature\":.*/}/' \(folder)/dba-*", ["E537", "E526"]),
            ("printf x >\(folder)/note.txt; rm \(folder)/dba-*", ["E533", "E526"]),
        ]
        for (edit, codes) in edits {
            try await people.tool("rm -r \(folder); cp -r kept \(folder); \(edit)")
            let answer = try await people.program.run(People.run)
            let found = answer.errors.matches(of: /error\[(E[0-9]+)\]/).map { String($0.output.1) }
            #expect(answer.status == 6 && found == codes, "\(edit): \(answer.errors)")
        }
        // Signed by the right key, for something else.
        try await people.tool(
            """
            rm -r \(folder); cp -r kept \(folder); cd \(folder)
            python3 - <<'END'
            import json, subprocess, glob
            path = glob.glob("dba-*")[0]
            record = json.load(open(path)); del record["signature"]
            text = json.dumps(record, separators=(",", ":"), sort_keys=True)
            signed = subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", "../away/raj"],
                input=text.encode(), capture_output=True, check=True).stdout.decode()
            record["signature"] = signed
            open(path, "w").write(json.dumps(record, separators=(",", ":"), sort_keys=True) + "\\n")
            END
            """)
        try await people.expectRefusal("E531", "E526")
        // The approvals of one plan beside another.
        try await people.tool("rm -r \(folder); cp -r kept \(folder)")
        #expect(try await people.program.run(People.make + ["--force", "--var", "tenant=legacy"]).status == 0)
        try await people.expectRefusal("E532", "E532", "E525")
        // One byte of the plan, with the digest of its text made to fit.
        #expect(try await people.program.run(People.make + ["--force"]).status == 0)
        try await people.tool(
            "sed -i 's/\"name\":\"both orders are found\"/\"name\":\"both orders are lost!\"/' shop.plan")
        try await people.expectRefusal("E532", "E532", "E525")
    }

    @Test func `is refused when somebody says no, until they say otherwise`() async throws {
        let people = try await People(
            .sqlite, People.runbook.replacing("[raj@x.org, ana@x.org]", with: "[raj@x.org, gus@x.org]"))
        try await people.approve("ana", "lead")
        try await people.approve("raj", "dba")
        let no = [
            "reject", "shop.plan", "--as", "dba", "--by", "gus@x.org", "--key", "away/gus", "--reason", "no index",
        ]
        let answers = try await people.program.talk("approval-rejected", no, People.run)
        #expect(answers.map(\.status) == [0, 6])
        try await people.expectRefusal("E536")
        try await people.approve("gus", "dba")
        #expect(try await people.program.run(People.run).status == 0)
    }

    @Test func `is refused when its signers cannot be trusted`() async throws {
        let people = try await People()
        try await people.approve("ana", "lead")
        try await people.approve("raj", "dba")
        for (spoil, mend) in [
            ("chmod 666 away/signers", "chmod 600 away/signers"), ("chmod 777 away", "chmod 700 away"),
            (
                "mv away/signers away/real; ln -s real away/signers; chmod g+w away/real",
                "mv away/real away/signers; chmod 600 away/signers"
            ),
        ] {
            try await people.tool(spoil)
            try await people.expectRefusal("E534")
            try await people.tool("\(mend); chmod 600 away/signers")
        }
        var inside = people
        inside.program = people.program.setting("GONOGO_SIGNERS_DIGEST", nil)
        try await inside.expectRefusal("E534")
        inside.program = people.program.setting("GONOGO_SIGNERS_DIGEST", String(repeating: "0", count: 64))
        try await inside.expectRefusal("E534")
        let open = try await people.withSigners("cp away/signers away/all; sed -i '1s/^[^ ]*/*/' away/signers")
        try await open.expectRefusal("E535")
        let mended = try await people.withSigners("cp away/all away/signers")
        #expect(try await mended.program.run(People.run).status == 0)
    }

    @Test func `is approved without keys by its digest, and says that this proves nothing`() async throws {
        var people = try await People()
        people.program = people.program.setting("GONOGO_SIGNERS", nil).setting("GONOGO_SIGNERS_DIGEST", nil)
        let shown = try await people.program.run("plan", "show", "shop.plan")
        #expect(shown.errors.contains("an approval proves no identity"))
        let approve = "gonogo approve shop.plan --as"
        let digest = try #require(shown.output.firstMatch(of: /Digest +([0-9a-f]{64})/)?.output.1)
        let here = { (line: String) in line.replacing("gonogo", with: Program.path) }
        #expect(try await people.program.run("approve", "shop.plan", "--as", "lead", "--by", "ana@x.org").status == 6)
        try await people.tool(here("echo \(digest) | \(approve) lead --by ana@x.org"))
        try await people.tool(here("echo \(digest.prefix(12)) | \(approve) dba --by raj@x.org --reason seen"))
        let wrong = try await people.program.tool([
            "sh", "-c", here("echo \(digest.prefix(11)) | \(approve) dba --by raj@x.org"),
        ])
        #expect(wrong.status == 6 && wrong.errors.contains("E542"))
        let answers = try await people.program.talk(
            "approved-unproved", ["approvals", "shop.plan"], People.run, ["show", "LATEST"])
        #expect(answers.map(\.status) == [0, 0, 0])
    }

    @Test func `is signed by keys that only an agent has`() async throws {
        let people = try await People()
        try await people.approve("ana", "lead")
        let approve = "'\(Program.path)' approve shop.plan --as dba --by raj@x.org --key away/raj.pub"
        try await people.tool("ssh-agent sh -euc \"ssh-add -q away/raj; rm away/raj; \(approve)\" 2>&1")
        let answer = try await people.program.run("approvals", "shop.plan")
        #expect(
            answer.output.contains("Nothing is missing.") && !answer.output.contains("unproved"), "\(answer.output)")
    }

    @Test func `is not begun by resuming a run that had not begun`() async throws {
        let people = try await People()
        try await people.tool(
            "mkdir -p .gonogo/runs/r-1122-abcd; cp shop.plan .gonogo/runs/r-1122-abcd/plan.json; "
                + "touch .gonogo/runs/r-1122-abcd/journal.jsonl")
        let answer = try await people.program.run("resume", "r-1122-abcd", "--yes")
        #expect(answer.status == 6 && answer.errors.contains("error[E543]"), "\(answer.errors)")
        #expect(try await people.shop.isUntouched())
    }

    @Test func `must be bound to its databases, and needs ssh-keygen for keys`() async throws {
        let people = try await People()
        try await people.approve("ana", "lead")
        let keyless = people.program.setting("PATH", people.program.folder)
        let missing = try await keyless.tool([Program.path] + People.run)
        #expect(missing.status == 1 && missing.errors.contains("error[E538]"), "\(missing.errors)")
        #expect(missing.errors.contains("openssh-client"))
        let program = people.program
        #expect(try await program.run("plan", "shop.runbook.yaml", "-o", "shop.plan", "--force").status == 0)
        let unbound = try await program.run(People.approve("raj", "dba"))
        #expect(unbound.status == 6 && unbound.errors.contains("error[E539]"), "\(unbound.errors)")
        try await people.expectRefusal("E539")
    }

    @Test func `is refused when its approvals have ceased to count`() async throws {
        let people = try await People(.sqlite, People.runbook.replacing("expires: 7d", with: "expires: 1s"))
        try await people.approve("ana", "lead")
        try await people.approve("raj", "dba")
        try await Task.sleep(for: .milliseconds(1100))
        try await people.expectRefusal("E529", "E529", "E525")
    }

    @Test func `goes on where it stopped, whatever became of its approvals`() async throws {
        let people = try await People(
            .sqlite,
            People.runbook.replacing("vars:", with: "on_failure: stop\nvars:"))
        let session = try await people.shop.session()
        try await people.approve("ana", "lead")
        try await people.approve("raj", "dba")
        try await session.run("CREATE TABLE orders_tenant (id integer)")
        // What was not there when the plan was made is there now, which is found out first.
        #expect(try await people.program.run(People.run).status == 6)
        try await session.run("DROP TABLE orders_tenant", "INSERT INTO orders VALUES (3, 30)")
        #expect(try await people.program.run(People.run).status == 7)
        try await session.run("DELETE FROM orders WHERE id = 3")
        await session.close()
        try await people.tool("rm -r shop.plan.approvals")
        let answer = try await people.program.run("resume", try people.program.latestRun(), "--yes")
        #expect(answer.status == 0, "\(answer.errors)")
    }
}
