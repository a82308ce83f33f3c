import Databases
import TestSupport
import Testing

/// The runbooks of this repository, on real databases: forward, back, and failing everywhere.
struct `A shipped runbook` {
    @Test(arguments: ShippedRunbook.all + ShippedRunbook.bases)
    func `runs forward, once, and back to where it began`(runbook: ShippedRunbook) async throws {
        try await Stage.use(for: runbook) { stage in
            let gates = try stage.text.gates
            let before = try await stage.dump()
            let run = try await stage.run(gates)
            #expect(run.status == 0, "\(run.errors)")
            #expect(try await stage.dump() != before)
            let again = try await stage.run(gates)
            #expect(again.status == 0)
            #expect(again.output.hasPrefix("nothing to do: "))
            let back = try await stage.rollBack()
            #expect(back.status == 0, "\(back.errors)")
            #expect(try await stage.dump() == before)
        }
    }

    @Test(arguments: ShippedRunbook.all)
    func `runs from a plan that is bound, when its own files are gone`(runbook: ShippedRunbook) async throws {
        try await Stage.use(for: runbook) { stage in
            let (program, gates) = (stage.program, try stage.text.gates.flatMap { ["--gate", "\($0)=go"] })
            let before = try await stage.dump()
            let make = ["plan", runbook.path, "--target"] + runbook.arguments
            let made = try await program.run(make + ["-o", "a.plan"])
            #expect(made.status == 0, "\(made.errors)")
            #expect(try await program.tool(["rm", "-r", "migrations", "rollback", "runbooks"]).status == 0)
            let run = try await program.run(["run", "a.plan", "--yes"] + gates)
            #expect(run.status == 0, "\(run.errors)")
            #expect(try await program.run(["run", "a.plan", "--yes"] + gates).status == 6)
            #expect(try await stage.rollBack().status == 0)
            #expect(try await stage.dump() == before)
        }
    }

    @Test(arguments: ShippedRunbook.all)
    func `leaves the database as it was when any of its phases is a no-go`(runbook: ShippedRunbook) async throws {
        let phases = try runbook.text.phases
        try await eachInTurn(phases) { phase in
            try await Stage.use(for: runbook) { stage in
                try stage.replace(runbook.path, stage.text.gated.text)
                let before = try await stage.dump()
                let answer = try await stage.run(phases, noGo: phase)
                let end = runbook.otherEnds[phase] ?? 8
                #expect(answer.status == end, "no-go at \(phase): \(answer.errors)")
                if answer.status == 7 { #expect(try await stage.rollBack().status == 0) }
                #expect(try await stage.dump() == before, "after a no-go at \(phase)")
            }
        }
    }

    @Test(arguments: ShippedRunbook.all)
    func `names file and line of SQL that breaks`(runbook: ShippedRunbook) async throws {
        try await eachInTurn(try runbook.text.applied.map(\.file)) { file in
            try await Stage.use(for: runbook) { stage in
                let whole = try Files.read("\(stage.program.folder)/\(file)")
                let line = whole.split(separator: "\n", omittingEmptySubsequences: false).count
                let before = try await stage.dump()
                try stage.replace(file, whole + "SELECT no_such_column FROM (SELECT 1) AS one;\n")
                let failed = try await stage.run(try stage.text.gates)
                #expect(failed.status == 8, "\(file): \(failed.errors)")
                #expect(failed.errors.contains("\(file):\(line)"))
                #expect(try await stage.dump() == before)
                try stage.replace(file, whole + "SELEC 1;\n")
                let refused = try await stage.program.run("validate", runbook.path)
                #expect(refused.status == 3)
                #expect(refused.errors.contains("\(file):\(line):1"))
            }
        }
    }

    @Test(arguments: ShippedRunbook.all)
    func `ends with 9 when a rollback forgets to drop something`(runbook: ShippedRunbook) async throws {
        let text = try runbook.text
        let cases = try text.undoing.flatMap { file, phase in
            try SQLText(Files.read("\(Files.package)/\(file)")).withoutEachDrop.map {
                (file, text.firstEnd(of: phase), $0.rest, $0.name)
            }
        }
        try await eachInTurn(cases) { file, phase, rest, name in
            try await Stage.use(for: runbook) { stage in
                try stage.replace(runbook.path, stage.text.gated.text)
                try stage.replace(file, rest)
                let answer = try await stage.run(text.phases, noGo: phase)
                #expect(answer.status == 9, "\(file) without the DROP of \(name): \(answer.errors)")
                // Without the drop of a key the server names the table instead.
                let names = [name, name.replacing("_pkey", with: "")]
                #expect(names.contains { answer.errors.contains($0) }, "\(file) without \(name): \(answer.errors)")
            }
        }
    }

    @Test func `the broken V2 differs from the sound one in one file and its name`() throws {
        let sound = try Files.read("\(Files.package)/runbooks/v2.runbook.yaml")
        let broken = try Files.read("\(Files.package)/runbooks/v2-broken.runbook.yaml")
        let made = sound.replacing("migrations/v2/007", with: "migrations/v2/broken/007")
            .replacing("name: v2-hybrid-vector-graph\n", with: "name: v2-broken\n")
        #expect(body(broken) == body(made))
    }

    @Test func `the broken V2 is found out and taken back`() async throws {
        let sound = ShippedRunbook.all.first { $0.name == "v2" }
        var runbook = try #require(sound)
        runbook = ShippedRunbook(name: "v2-broken", engine: .postgres, base: runbook.base)
        try await Stage.use(for: runbook) { stage in
            let before = try await stage.dump()
            let answer = try await stage.run(try stage.text.gates)
            #expect(answer.status == 8)
            #expect(answer.errors.contains("unknown tenant sees nothing: expected 0, found 20"))
            #expect(try await stage.dump() == before)
        }
    }

    /// A runbook without the comments it begins with.
    private func body(_ text: String) -> [Substring] {
        Array(text.split(separator: "\n").drop { $0.hasPrefix("#") })
    }
}
