import Execution
import Glibc
import Planning

/// Reads secrets at the moment of use.
enum Secrets {
    /// - Throws: `SecretUnavailable`, which names the reference and no part of the secret.
    static func read(_ reference: PlannedSecret, root: String) async throws(SecretUnavailable) -> String {
        let secret: String
        switch reference {
        case .environment(let name):
            guard let value = ProcessEnvironment.variables[name] else {
                throw SecretUnavailable(message: "the secret in \(name) is not set in the environment")
            }
            secret = value
        case .file(let path):
            secret = try readFile(path.hasPrefix("/") ? path : root + "/" + path, shown: path)
        case .program(let arguments):
            secret = try await SecretProgram.output(
                arguments,
                environment: ProcessEnvironment.variables,
                root: root
            )
        }
        let trimmed = secret.hasSuffix("\n") ? String(secret.dropLast()) : secret
        // A shorter one could not be told from other text, so it could not be kept out of what is written down.
        guard trimmed.utf8.count >= 6 else {
            throw SecretUnavailable(
                message: "a secret is shorter than 6 characters and could not be kept out of logs"
            )
        }
        return trimmed
    }

    private static func readFile(_ path: String, shown: String) throws(SecretUnavailable) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw SecretUnavailable(
                message: "the secret file \(shown) cannot be read: \(String(cString: strerror(errno)))"
            )
        }
        guard status.st_mode & 0o077 == 0 else {
            throw SecretUnavailable(message: "the secret file \(shown) can be read by others: chmod 600 it")
        }
        guard let real = ProjectFiles.resolve(path),
            case .success(let bytes) = RegularFile.read(real)
        else {
            throw SecretUnavailable(message: "the secret file \(shown) cannot be read")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
