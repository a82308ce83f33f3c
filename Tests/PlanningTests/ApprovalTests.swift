import CanonicalJSON
@testable import Planning
import Testing

/// What counts as an approval, without any file, key or clock.
struct `Approvals of a plan` {
    static let now = ClockTime(milliseconds: 1_800_000_000_000)

    static func plan(_ rule: String = "required: 2, from: [lead, dba], not_author: true, expires: 7d") throws -> Plan {
        let head = """
            owner: Olga <olga@x.org>
            authors: [otto@x.org]
            roles:
              lead: { members: [ana@x.org, olga@x.org, otto@x.org] }
              dba: { members: [raj@x.org, ana@x.org] }
              guest: { members: [gus@x.org] }
            approvals: { \(rule) }

            """
        let planned = PlanningTests.plan(
            runbook(head, phases: "- { id: one, statement: CREATE TABLE t (id integer), rollback: { none: stays } }"))
        return try #require(planned.plan, "\(planned.rendered)")
    }

    /// One with a signature that is good, unless something else is said.
    static func file(
        _ plan: Plan, _ identity: String, _ role: String, _ proof: ApprovalProof? = nil, key: String? = nil,
        decision: Approval.Decision = .approve, ago: Int = 1000, expires: Int? = nil
    ) throws -> (file: ApprovalFile, proof: ApprovalProof) {
        let at = now.adding(-ago)
        let approval = Approval(
            plan: plan.digest, role: role, identity: identity, decision: decision, at: at,
            expires: expires.map { at.adding($0) }, reason: nil)
        let bytes = approval.fileBytes(signature: "signed")
        let file = try #require(ApprovalFile(name: "\(role)-\(identity)", bytes: bytes))
        return (file, proof ?? .signed(key: key ?? "key of \(identity)", principals: [identity]))
    }

    private static func standing(
        _ files: [(file: ApprovalFile, proof: ApprovalProof)], of plan: Plan, needsProof: Bool = true
    ) throws -> ApprovalStanding {
        let policy = try #require(ApprovalPolicy(of: plan, needsProof: needsProof))
        return policy.standing(files, damaged: [], now: now)
    }

    @Test func `count by different people of the roles, and no fewer than are required`() throws {
        let plan = try Self.plan()
        let ana = try Self.file(plan, "ana@x.org", "lead", ago: 2000)
        let one = try Self.standing([ana], of: plan)
        #expect(one.missing == 1 && !one.isGranted)
        let two = try Self.standing([try Self.file(plan, "Raj@X.org", "dba"), ana], of: plan)
        #expect(two.isGranted && two.isProved && two.problems.isEmpty)
        #expect(two.given.map(\.identity) == ["ana@x.org", "Raj@X.org"])
        #expect(two.given[0].until == Self.now.adding(604_798_000).description)
        #expect(try Self.standing([], of: plan).missing == 2)
        let policy = try #require(ApprovalPolicy(of: plan, needsProof: true))
        #expect(policy.spelling(of: "RAJ@x.org", in: "dba") == "raj@x.org")
        #expect(policy.spelling(of: "gus@x.org", in: "dba") == "gus@x.org")
    }

    /// What is wrong with the second of two approvals, and what comes of it.
    static let refused: [(problem: ApprovalProblem, make: @Sendable (Plan) throws -> (ApprovalFile, ApprovalProof))] = [
        (.wrongRole(allowed: ["lead", "dba"]), { try file($0, "gus@x.org", "guest") }),
        (.notMember, { try file($0, "gus@x.org", "dba") }),
        (.author, { try file($0, "otto@x.org", "lead") }),
        (.author, { try file($0, "OLGA@x.org", "lead") }),
        (.author, { try file($0, "raj@x.org", "dba", .signed(key: "k", principals: ["raj@x.org", "otto@x.org"])) }),
        (.samePerson("ana@x.org"), { try file($0, "ana@x.org", "dba") }),
        (.samePerson("ana@x.org"), { try file($0, "raj@x.org", "dba", key: "key of ana@x.org") }),
        (.expired(now.adding(-1000)), { try file($0, "raj@x.org", "dba", ago: 604_801_000) }),
        (.expired(now.adding(-500)), { try file($0, "raj@x.org", "dba", expires: 500) }),
        (.expired(now.adding(-1000)), { try file($0, "raj@x.org", "dba", ago: 604_801_000, expires: 999_999_999) }),
        (.fromLater(now.adding(600_000)), { try file($0, "raj@x.org", "dba", ago: -600_000) }),
        (.unproved, { try file($0, "raj@x.org", "dba", ApprovalProof.none) }),
        (.revoked, { try file($0, "raj@x.org", "dba", .refuted(.revoked)) }),
    ]

    @Test(arguments: refused.indices)
    func `do not count otherwise, each for a reason of its own`(_ index: Int) throws {
        let plan = try Self.plan()
        let (problem, make) = Self.refused[index]
        let standing = try Self.standing(
            [try Self.file(plan, "ana@x.org", "lead", ago: 700_000), try make(plan)], of: plan)
        #expect(standing.problems.map(\.problem) == [problem])
        #expect(standing.missing == 1 && !standing.isGranted)
    }

    @Test func `of another plan, or of this one before a byte was changed, are not of this one`() throws {
        let (plan, other) = (try Self.plan(), try Self.plan("required: 1, from: [lead, dba]"))
        let files = [try Self.file(other, "ana@x.org", "lead"), try Self.file(other, "raj@x.org", "dba")]
        let standing = try Self.standing(files, of: plan)
        #expect(standing.problems.map(\.problem) == [.otherPlan(other.digest.hex), .otherPlan(other.digest.hex)])
        #expect(standing.given.isEmpty)
        #expect(try Self.standing(files, of: other).isGranted)
    }

    @Test func `are outweighed by one rejection of somebody who may approve, proved or not`() throws {
        let plan = try Self.plan()
        let files = [try Self.file(plan, "ana@x.org", "lead"), try Self.file(plan, "raj@x.org", "dba")]
        let no = try Self.file(plan, "ana@x.org", "dba", ApprovalProof.none, decision: .reject)
        let standing = try Self.standing(files + [no], of: plan)
        #expect(standing.missing == 0 && !standing.isGranted && standing.rejections.map(\.identity) == ["ana@x.org"])
        let stranger = try Self.file(plan, "gus@x.org", "dba", decision: .reject)
        #expect(try Self.standing(files + [stranger], of: plan).isGranted)
    }

    @Test func `are called unproved where there is nobody to prove them by`() throws {
        let plan = try Self.plan()
        let files = [
            try Self.file(plan, "ana@x.org", "lead", ApprovalProof.none),
            try Self.file(plan, "raj@x.org", "dba", ApprovalProof.none),
        ]
        let standing = try Self.standing(files, of: plan, needsProof: false)
        #expect(standing.isGranted && !standing.isProved)
    }

    @Test func `are not needed where the runbook demands none`() throws {
        let plan = try `A plan as a document`.made(of: #require(`A plan as a document`.cases.first))
        #expect(ApprovalPolicy(of: plan, needsProof: true) != nil)
        let simple = try #require(PlanningTests.plan(runbook(phases: phase("query: SELECT 1\nexpect: 1"))).plan)
        #expect(ApprovalPolicy(of: simple, needsProof: true) == nil)
    }

    @Test func `are files that are read as they were written, and in no other form`() throws {
        let plan = try Self.plan()
        let approval = try Self.file(plan, "ana@x.org", "lead", expires: 9).file.approval
        let bytes = approval.fileBytes(signature: nil)
        #expect(ApprovalFile(name: "a", bytes: bytes)?.approval == approval)
        #expect(JSON.object([:]).canonicalBytes.count == 2 && approval.signedBytes + [0x0A] == bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        let damages = [
            text.replacing("{", with: "{ "), String(text.dropLast()), text.replacing("}", with: ",\"more\":1}"),
            text.replacing("\"approval\":1", with: "\"approval\":2"), text.replacing("approve\"", with: "maybe\""),
            text.replacing(plan.digest.hex, with: "0123"), text.replacing("T", with: " "),
        ]
        for damage in damages where damage != text {
            #expect(ApprovalFile(name: "a", bytes: Array(damage.utf8)) == nil, "\(damage)")
        }
    }
}

struct `A moment by the clock` {
    @Test(arguments: [
        ("1970-01-01T00:00:00.000Z", 0), ("2000-02-29T23:59:59.999Z", 951_868_799_999),
        ("2026-11-22T05:41:50.123Z", 1_795_326_110_123), ("2100-03-01T00:00:00.000Z", 4_107_542_400_000),
        ("1969-12-31T23:59:59.999Z", -1),
    ])
    func `is read and written`(text: String, milliseconds: Int) {
        #expect(ClockTime(text)?.milliseconds == milliseconds)
        #expect(ClockTime(milliseconds: milliseconds).description == text)
    }

    @Test(arguments: [
        "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.000+00:00", "", "now",
    ])
    func `is nothing else`(text: String) { #expect(ClockTime(text) == nil) }
}

struct `A list of signers` {
    private static let key = "AAAAC3NzaC1lZDI1NTE5AAAAIFVw"

    @Test func `is read as ssh-keygen reads it`() {
        let list = SignersList(
            """
            # who may approve

            ana@x.org,ana namespaces="gonogo-approval@v1,git" ssh-ed25519 \(Self.key) Ana's
            "raj@x.org" valid-before="20300101",NAMESPACES="a" ssh-ed25519 \(Self.key)
            lea@x.org ssh-ed25519 \(Self.key)
            """)
        #expect(list.unreadable.isEmpty)
        #expect(list.entries.map(\.line) == [3, 4, 5])
        #expect(list.entries.map(\.principals) == [["ana@x.org", "ana"], ["raj@x.org"], ["lea@x.org"]])
        #expect(list.entries.map(\.namespaces) == [["gonogo-approval@v1", "git"], ["a"], nil])
        #expect(list.entries.allSatisfy { !$0.isOpen && $0.key == Base64.decode(Self.key) })
    }

    @Test(arguments: ["*", "*@x.org", "ana?", "!ana@x.org,ana", "ana@x.org cert-authority"])
    func `is open where a key may sign for anybody`(start: String) {
        #expect(SignersList("\(start) ssh-ed25519 \(Self.key)").entries.map(\.isOpen) == [true])
    }

    @Test(arguments: ["ana@x.org", "ana@x.org nonsense", "ana@x.org ssh-ed25519", "ana@x.org ssh-ed25519 %%%"])
    func `says which lines cannot be read`(line: String) {
        #expect(SignersList("\n\(line)\n").unreadable == [2])
    }

    @Test func `holds keys as base64 has them`() {
        for text in ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmFy"] {
            #expect(Base64.decode(text).map(Base64.encode) == text)
        }
        #expect(Base64.encode(Array("foobar".utf8)) == "Zm9vYmFy")
    }
}
