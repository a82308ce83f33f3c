import CanonicalJSON
import Diagnostics
import Glibc
import Planning

/// The people whose signatures count here, as the machine's own files have it.
struct Signers {
    /// The file with their keys, without links.
    let path: String
    /// The file with the keys that were revoked, without links.
    private let revoked: String?
    private let list: SignersList

    /// Those that the command line, the environment or the user's own folder names; nil where nobody is named.
    ///
    /// Whoever wrote the runbook could have written what is in its folder, the `root`, too.
    /// - Throws: `UsageError` when the files cannot be trusted.
    init?(_ arguments: ParsedArguments, root: String) throws(UsageError) {
        guard let named = Self.named(arguments) else { return nil }
        let bytes = try Self.trusted(named, as: "signers file")
        path = ProjectFiles.resolve(named) ?? named
        try Self.refuseOthers(path, bytes, root, arguments)
        list = SignersList(String(decoding: bytes, as: UTF8.self))
        if let line = list.unreadable.first {
            throw .unsafe("line \(line) of the signers file \(named.printable) is not one of a signers file")
        }
        if let entry = list.entries.first(where: \.isOpen) {
            throw UsageError(
                ApprovalCodes.openSigner,
                "line \(entry.line) of the signers file \(named.printable) lets a key sign for anybody",
                help: "write out whose key it is, without `*`, `?`, `!` or cert-authority", exit: .refused)
        }
        revoked = try Self.value("--revoked", "GONOGO_REVOKED", arguments).map { path throws(UsageError) in
            _ = try Self.trusted(path, as: "file of revoked keys")
            return ProjectFiles.resolve(path) ?? path
        }
    }

    /// What a signature under an approval proves.
    func proof(of file: ApprovalFile, _ keygen: SSHKeygen) -> ApprovalProof {
        guard let armoured = file.signature else { return .none }
        guard let signature = SSHSignature(armoured: armoured) else { return .refuted(.forged) }
        guard signature.namespace == Approval.namespace else { return .refuted(.otherNamespace(signature.namespace)) }
        let lines = list.entries.filter { $0.key == signature.key }
        guard !signature.isCertificate, !lines.isEmpty else { return .refuted(.unknownKey) }
        // One person may have a line for each purpose.
        guard lines.allSatisfy({ $0.namespaces != nil }),
            lines.contains(where: { $0.namespaces?.contains(Approval.namespace) ?? false })
        else { return .refuted(.unlimitedKey) }
        let approval = file.approval
        let then = approval.at.forKeygen
        guard keygen.findsPrincipals(of: armoured, signers: path) else {
            let wasGood = keygen.findsPrincipals(of: armoured, signers: path, at: then)
            return .refuted(wasGood ? .keyOutOfTime : .unknownKey)
        }
        let principals = lines.flatMap(\.principals)
        guard principals.contains(approval.identity) else { return .refuted(.otherSigner(principals)) }
        func verifies(revoked: String? = nil, at time: String? = nil) -> Bool {
            keygen.verifies(
                approval.signedBytes, armoured, of: approval.identity, namespace: Approval.namespace, signers: path,
                revoked: revoked, at: time)
        }
        guard verifies() else { return .refuted(verifies(at: then) ? .keyOutOfTime : .forged) }
        if let revoked, !verifies(revoked: revoked) { return .refuted(.revoked) }
        return .signed(key: signature.fingerprint, principals: principals)
    }

    /// Whether neither the environment nor the user's own folder names a file.
    static var isNobodyNamed: Bool { named(nil) == nil }

    private static func named(_ arguments: ParsedArguments?) -> String? {
        if let path = value("--signers", "GONOGO_SIGNERS", arguments) { return path }
        guard let home = ProcessEnvironment.variables["HOME"], !home.isEmpty else { return nil }
        let usual = "\(home)/.config/gonogo/allowed_signers"
        // Whatever is there counts, also what cannot be read.
        var status = stat()
        return lstat(usual, &status) == 0 ? usual : nil
    }

    private static func value(_ option: String, _ variable: String, _ arguments: ParsedArguments?) -> String? {
        let text = arguments?.value(option) ?? ProcessEnvironment.variables[variable]
        return text == "" ? nil : text
    }

    /// The bytes of a file that nobody but its owner and root can have written or put in place.
    private static func trusted(_ path: String, as noun: String) throws(UsageError) -> [UInt8] {
        guard let real = ProjectFiles.resolve(path), case .success(let bytes) = RegularFile.read(real) else {
            throw .unsafe("the \(noun) \(path.printable) cannot be read")
        }
        // A link may be put elsewhere by whoever may write the folder it is in.
        let beside = ProjectFiles.resolve(path.contains("/") ? path.parentFolder : ".") ?? "/"
        for place in [real] + real.foldersAbove + [beside] + beside.foldersAbove {
            var status = stat()
            guard stat(place, &status) == 0 else { throw .unsafe("\(place.printable) cannot be looked at") }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            // In a folder such as /tmp only the owner of a file may replace it.
            let isShared = status.st_mode & 0o022 != 0 && !(isFolder && status.st_mode & 0o1000 != 0)
            guard !isShared, status.st_uid == 0 || status.st_uid == geteuid() else {
                throw .unsafe(
                    "the \(noun) \(path.printable) cannot be trusted: others may write \(place.printable)")
            }
        }
        return bytes
    }

    /// Whoever may change the runbook must not thereby say who approves it.
    private static func refuseOthers(
        _ path: String, _ bytes: [UInt8], _ root: String, _ arguments: ParsedArguments
    ) throws(UsageError) {
        let digest = Digest(of: bytes).hex
        let wanted = value("--signers-digest", "GONOGO_SIGNERS_DIGEST", arguments)
        if let wanted, wanted != digest {
            throw .unsafe("the signers file has the digest \(digest), and not the one that was given")
        }
        if wanted == nil, path.hasPrefix(root == "/" ? "/" : root + "/") {
            throw UsageError(
                ApprovalCodes.unsafeSigners,
                "the signers file \(path.printable) is in the runbook's own folder, where its authors may change it",
                help: "keep it elsewhere, or say which it must be: `--signers-digest \(digest)`", exit: .refused)
        }
    }
}

extension ClockTime {
    /// As `ssh-keygen` takes a time.
    fileprivate var forKeygen: String {
        description.prefix(19).filter(\.isNumber) + "Z"
    }
}

extension String {
    /// The folders a path goes through, the innermost first.
    fileprivate var foldersAbove: [String] {
        var folders: [String] = []
        var path = self
        while path != "/" {
            path = path.parentFolder
            folders.append(path)
        }
        return folders
    }
}

extension UsageError {
    fileprivate static func unsafe(_ message: String) -> UsageError {
        UsageError(
            ApprovalCodes.unsafeSigners, message,
            help: "it and every folder above it must be root's or yours, and writable for nobody else", exit: .refused)
    }
}
