import CanonicalJSON
@testable import Commands
@testable import Planning
import TestSupport
import Testing

struct `The schema of plans` {
    private static let schema = PlanSchema.json()
    private static let checker = SchemaChecker(schema)
    private static let runbooks = ((try? Files.names(in: "\(Files.package)/runbooks")) ?? []).filter {
        $0.hasSuffix(".runbook.yaml") && !$0.contains("broken")
    }

    /// The plan of a shipped runbook, as JSON.
    private static func shipped(_ name: String) throws -> JSON {
        let result = plan(
            Array(try Files.read("\(Files.package)/runbooks/\(name)").utf8), files: ProjectFiles(root: Files.package),
            environment: ["DATABASE_URL": "postgres://db.example/app", "GRAPH_DB": "graph.db", "BACKUP_DIR": "/b"],
            name: "runbooks/\(name)")
        return try #require(result.plan, "\(result.rendered)").json
    }

    @Test(arguments: runbooks)
    func `accepts the plans of the shipped runbooks`(_ name: String) throws {
        #expect(Self.checker.accepts(SchemaValue(try Self.shipped(name))))
    }

    @Test(arguments: `A plan as a document`.cases)
    func `accepts the plans that are kept as documents`(_ golden: GoldenCase) throws {
        #expect(Self.checker.accepts(SchemaValue(try `A plan as a document`.made(of: golden).json)))
    }

    @Test(arguments: 1...20)
    func `accepts a plan whatever the graph`(_ seed: Int) throws {
        let json = try #require(plan(RandomGraph(acyclic: seed).text()).plan).json
        #expect(Self.checker.accepts(SchemaValue(json)))
    }

    @Test func `accepts the digest that is printed with a plan`() throws {
        var members = try #require(try `A plan as a document`.everything().json.object)
        members["digest"] = .string(String(repeating: "0a", count: 32))
        #expect(Self.checker.accepts(SchemaValue(.object(members))))
        members["digest"] = "0a"
        #expect(!Self.checker.accepts(SchemaValue(.object(members))))
    }

    /// Whatever a program could misread is refused: a member nobody knows, one of another kind, one that is missing.
    @Test func `refuses a plan in which any member is not as it should be`() throws {
        let whole = try `A plan as a document`.everything().json
        var (missed, changed) = ([String](), 0)
        func expectRefused(_ json: JSON, _ what: String) {
            changed += 1
            if Self.checker.accepts(SchemaValue(json)) { missed.append(what) }
        }
        func visit(_ json: JSON, _ path: String, _ put: (JSON) -> JSON) {
            switch json {
            case .object(let members):
                expectRefused(put(.object(members.merging(["surprise": 1]) { $1 })), "\(path).surprise")
                for (name, value) in members {
                    let inner = "\(path).\(name)"
                    // Any value a query may answer with can be expected.
                    if !["value", "set", "includes", "table"].contains(name) {
                        expectRefused(put(.object(members.merging([name: ["x": 1]]) { $1 })), "\(inner) = object")
                        let other: JSON = value.string == nil ? "x" : 1
                        expectRefused(put(.object(members.merging([name: other]) { $1 })), "\(inner) = \(other)")
                    }
                    visit(value, inner) { put(.object(members.merging([name: $0]) { $1 })) }
                }
            case .array(let items):
                for (index, value) in items.enumerated() {
                    visit(value, "\(path)[\(index)]") { new in
                        var items = items
                        items[index] = new
                        return put(.array(items))
                    }
                }
            default: break
            }
        }
        visit(whole, "") { $0 }
        #expect(missed == [])
        #expect(changed > 500)
    }

    @Test func `refuses a plan without what it always has`() throws {
        let whole = try #require(try `A plan as a document`.everything().json.object)
        for name in PlanSchema.plan.members.filter(\.isRequired).map(\.name) {
            var members = whole
            members[name] = nil
            #expect(!Self.checker.accepts(SchemaValue(.object(members))), "\(name)")
        }
    }

    @Test func `says what every member is, and that there are no others`() throws {
        let objects = [PlanSchema.plan] + PlanSchema.objects
        #expect(Set(objects.map(\.name)).count == objects.count)
        for object in objects {
            #expect(object.schema["additionalProperties"] == false)
            for member in object.members {
                #expect(member.summary.hasSuffix("."), "\(object.name).\(member.name)")
                guard case .object(let name) = member.shape else { continue }
                #expect(objects.contains { $0.name == name }, "\(name)")
            }
        }
    }
}
