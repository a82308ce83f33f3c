// Takes SQL files apart, statement by statement in one schema, as the review of a plan does: effects, locks, the model.
// `benchmarks/run analysis` holds the time against what the parser alone needs for the same files.

import Diagnostics
import Glibc
import Statements

var model = SchemaModel()
var (statements, changes, locks) = (0, 0, 0)
for path in CommandLine.arguments.dropFirst() {
    let file = open(path, O_RDONLY)
    var facts = stat()
    precondition(file >= 0 && fstat(file, &facts) == 0, "no file \(path)")
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(facts.st_size)) { buffer, count in
        count = max(0, Glibc.read(file, buffer.baseAddress, buffer.count))
    }
    close(file)
    let source = SourceText(name: path, bytes: bytes)
    for statement in Script.read(bytes, dialect: .postgres, locate: source.span).statements {
        let effects = StatementEffects(of: statement.text, dialect: .postgres)
        locks += StatementCost(of: effects, knowing: model).locks.count
        model.apply(effects)
        statements += 1
        changes += effects.changes.count
    }
}
print("\(statements) statements, \(changes) changes, \(locks) locks")
