import Diagnostics
import YAML

extension Database {
    /// A connection string as a runbook has it, with the environment's variables in place; nil when one is not set.
    public static func address(_ written: String, environment: [String: String]) -> String? {
        let scalar = Scalar(text: written, style: .singleQuoted, value: .text(written), lineOffsets: [])
        let span = SourceText(name: "database", text: written).span(0..<written.utf8.count)
        let interpolation = Interpolation(environment: environment, variables: [])
        return interpolation.resolve(scalar, at: span, place: .address).text
    }
}
