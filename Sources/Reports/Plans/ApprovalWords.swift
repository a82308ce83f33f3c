import Diagnostics
public import Planning

extension ApprovalProblem {
    /// Why an approval does not count; `file` where it names nobody.
    public func words(of identity: String?, in file: String) -> String {
        let whose = identity.map { "the approval of \($0.prose)" } ?? "the approval in \(file.printable)"
        return switch self {
        case .damaged: "\(file.printable) is not an approval as gonogo writes it"
        case .otherPlan(let digest): "\(whose) is of plan \(digest.prefix(8).description.printable), not of this one"
        case .otherNamespace(let name): "\(whose) bears a signature made for `\(name.prose)`"
        case .forged: "\(whose) is not what its signature is under"
        case .unknownKey: "\(whose) bears a signature by a key that is not in the signers file"
        case .otherSigner(let principals): "\(whose) is signed by \(principals.listed(4))"
        case .unlimitedKey:
            "the signers file does not limit the key of \(identity?.prose ?? "") to `\(Approval.namespace)`"
        case .revoked: "\(whose) is signed with a key that was revoked"
        case .keyOutOfTime: "\(whose) is signed with a key that is not valid now"
        case .expired(let time): "\(whose) counted until \(time)"
        case .fromLater(let time): "\(whose) is from \(time), which has not come"
        case .wrongRole(let allowed):
            "\(whose) is given in a role that may not approve; these may: \(allowed.listed(8))"
        case .notMember: "\(whose) is given in a role they do not have"
        case .author: "\(whose) is the author's own"
        case .samePerson(let other): "\(whose) is of the person or key that has approved as \(other.prose)"
        case .unproved: "\(whose) is not proved by a signature"
        }
    }
}

extension PlannedApprovals {
    /// `2 approvals (lead, dba; not the author; each for 7d)`.
    public var words: String {
        let facts =
            [roles.map(\.printable).joined(separator: ", "), notAuthor ? "not the author" : nil]
            + [expires.map { "each for \($0.duration)" }]
        return "\(Count(required, "approval")) (\(facts.compactMap { $0 }.joined(separator: "; ")))"
    }
}

extension GivenApproval {
    /// `ana as lead`, with a word where nothing proves it.
    public var words: String { "\(identity.prose) as \(role.printable)" + (key == nil ? ", unproved" : "") }
}
