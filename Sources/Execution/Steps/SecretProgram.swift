/// A program that prints a secret.
public enum SecretProgram {
    /// What it prints on its standard output.
    ///
    /// A password manager needs its user's whole environment.
    /// - Throws: `SecretUnavailable` when it cannot be started, fails, or takes longer than 30 seconds.
    public static func output(
        _ arguments: [String], environment: [String: String], root: String
    ) async throws(SecretUnavailable) -> String {
        let name = arguments.first ?? ""
        let child = ChildProcess(
            arguments: arguments, environment: environment, directory: root, deadline: 30_000.deadlineFromNow)
        do throws(FileFailure) {
            let ending = try await child.run()
            guard ending.status == 0, ending.killing == nil else {
                throw FileFailure("run", name, errno: 0)
            }
            return ending.output
        } catch {
            throw SecretUnavailable(message: "the secret program \(name) did not print a secret")
        }
    }
}
