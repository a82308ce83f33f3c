import Diagnostics
import Planning

/// Why a plan that needs approvals does not run, or an approval is not taken.
enum ApprovalCodes {
    static let needsPlan = DiagnosticCode(
        "E524", "the runbook demands approvals, which a plan has",
        """
        People approve a plan, byte for byte, in the databases it is bound to; of a runbook they
        could only approve what it is today. Make the plan and keep it, have it approved, and run
        the file:

            gonogo plan RUNBOOK --target -o FILE
            gonogo approve FILE --as ROLE --key KEY
            gonogo run FILE

        Exit code 6.
        """)
    static let unapproved = DiagnosticCode(
        "E525", "nobody has approved the plan",
        """
        The runbook says in `approvals` whose approval its plans need. Approvals are files in the
        folder `PLAN.approvals` beside the plan, and none that counts is there. `gonogo approvals
        PLAN` shows who has approved and what is missing. Exit code 6.
        """)
    static let tooFew = DiagnosticCode(
        "E526", "the plan has too few approvals",
        """
        `required` counts different people with different keys, of the roles under `from`. Each
        file that does not count is named with its reason above. Exit code 6.
        """)
    static let wrongRole = DiagnosticCode(
        "E527", "an approval in a role that may not give it",
        """
        An approval names the role it is given in. That must be one of the roles under `from` of
        the plan, and whoever gives it must be a member of the role, spelt as there. Exit code 6.
        """)
    static let author = DiagnosticCode(
        "E528", "an approval by the author",
        """
        The runbook says `not_author: true`: its `owner` and its `authors` do not approve its
        plans, under none of the names that the signers file has for their keys. Exit code 6.
        """)
    static let outOfTime = DiagnosticCode(
        "E529", "an approval, or its key, is not valid now",
        """
        An approval counts for as long as the plan says in `expires`, and a key as long as the
        signers file says in `valid-after` and `valid-before`. Both are looked at when the run
        begins; a run that has begun goes on. An approval from a time that has not come yet, by
        more than five minutes, does not count either. Exit code 6.
        """)
    static let revoked = DiagnosticCode(
        "E530", "the key of an approval was revoked",
        """
        The file of revoked keys, by `--revoked` or GONOGO_REVOKED, names the key: whoever has
        it may be anybody. Whoever approved signs again with another key. Exit code 6.
        """)
    static let otherNamespace = DiagnosticCode(
        "E531", "a signature or a key for another purpose",
        """
        A signature says what it is for, so that one under a commit or a message approves
        nothing: approvals are signed for `gonogo-approval@v1`. In the signers file each key must
        say that it may sign for it, since `ssh-keygen` takes a key without a limit for
        everything:

            ana@example.org namespaces="gonogo-approval@v1" ssh-ed25519 AAAA...

        Exit code 6.
        """)
    static let otherPlan = DiagnosticCode(
        "E532", "an approval of another plan",
        """
        An approval holds the digest of the plan. A plan in which a byte was changed after it
        was approved, or that was made again, is another one, and so is one that an approval was
        copied to. Exit code 6.
        """)
    static let altered = DiagnosticCode(
        "E533", "an approval is not as it was given",
        """
        The file is canonical JSON as gonogo wrote it, and the signature is under exactly that
        text. This one was edited, cut off, or signed by something else. Exit code 6.
        """)
    static let unsafeSigners = DiagnosticCode(
        "E534", "the signers file cannot be trusted",
        """
        Whoever can write the signers file, or a folder above it, can approve everything. So it
        and the file of revoked keys must belong to root or to you, with every folder above them,
        and be writable for nobody else; links are followed to their end. Nor may it lie in the
        runbook's own folder, unless its digest is given from outside by `--signers-digest` or
        GONOGO_SIGNERS_DIGEST. Exit code 6.
        """)
    static let openSigner = DiagnosticCode(
        "E535", "a key that may sign for anybody",
        """
        A line of the signers file begins with a pattern such as `*`, or is for an authority: its
        key could sign in anybody's name, and one person would be many. Each line must write out
        whose key it is. Exit code 6.
        """)
    static let rejected = DiagnosticCode(
        "E536", "somebody rejected the plan",
        """
        One person who may approve has said no, with a reason, and that outweighs every
        approval. They may approve after all, by `gonogo approve` in the same role; as a rule
        there will be another plan. Exit code 6.
        """)
    static let unproved = DiagnosticCode(
        "E537", "nothing proves who gave an approval",
        """
        Where there is a signers file every approval needs a signature by a key in it. Without
        one gonogo only keeps what was typed, which is better than nothing and is called
        unproved wherever it is shown. Approve again with `--key`. Exit code 6.
        """)
    static let noKeygen = DiagnosticCode(
        "E538", "ssh-keygen is missing",
        """
        Signatures are made and checked by `ssh-keygen`, of OpenSSH 8.9 or newer. On Debian it
        is in the package openssh-client. Exit code 1.
        """)
    static let unbound = DiagnosticCode(
        "E539", "a plan that is bound to no database cannot be approved",
        """
        What people approve is work in one database, as it is now. A plan made without
        `--target` would run wherever its address leads. Exit code 6.
        """)
    static let unknownKey = DiagnosticCode(
        "E540", "a signature by nobody who is known",
        """
        The key under an approval is not in the signers file, is a certificate, or belongs to
        somebody else there than the approval names. Exit code 6.
        """)
    static let samePerson = DiagnosticCode(
        "E541", "two approvals of one person",
        """
        Approvals count by person and by key: one person in two roles, or one key under two
        names, is one approval. Exit code 6.
        """)
    static let digestNotGiven = DiagnosticCode(
        "E542", "the plan's digest was not given",
        """
        Without a key an approval is what somebody typed: the digest of the plan they looked at,
        at least its first twelve digits, at the terminal or on standard input. `gonogo plan show
        PLAN` prints it. Exit code 6.
        """)
    static let lostApprovals = DiagnosticCode(
        "E543", "the run had not begun, and nothing says who approved it",
        """
        Who approved a plan is written down with the first word of its run. The process of this
        one died before that, so that resuming it would run the plan on nobody's word. Take it
        back, which frees its databases, and run the plan's next one. Exit code 6.
        """)
    /// Its review found what it will fail on.
    static let willFail = DiagnosticCode(
        "E544", "a plan that will fail is not approved",
        """
        The review of the plan, knowing the catalogs of its databases, found statements that will
        fail there: something is not there, is there already, or stands in the way. Such a plan
        is not worth an approval: mend the runbook and plan again. Where the finding is wrong,
        accept it in the runbook with the reason, `accept: { CODE: reason }`, and plan again;
        a rejection needs none of that. Exit code 6.
        """)

    static let all = [
        needsPlan, unapproved, tooFew, wrongRole, author, outOfTime, revoked, otherNamespace, otherPlan, altered,
        unsafeSigners, openSigner, rejected, unproved, noKeygen, unbound, unknownKey, samePerson, digestNotGiven,
        lostApprovals, willFail,
    ]
}

extension ApprovalProblem {
    /// The kind of finding it is.
    var code: DiagnosticCode {
        switch self {
        case .damaged, .forged: ApprovalCodes.altered
        case .otherPlan: ApprovalCodes.otherPlan
        case .otherNamespace, .unlimitedKey: ApprovalCodes.otherNamespace
        case .unknownKey, .otherSigner: ApprovalCodes.unknownKey
        case .revoked: ApprovalCodes.revoked
        case .keyOutOfTime, .expired, .fromLater: ApprovalCodes.outOfTime
        case .wrongRole, .notMember: ApprovalCodes.wrongRole
        case .author: ApprovalCodes.author
        case .samePerson: ApprovalCodes.samePerson
        case .unproved: ApprovalCodes.unproved
        }
    }
}
