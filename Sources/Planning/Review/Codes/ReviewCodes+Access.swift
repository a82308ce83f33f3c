public import Diagnostics

extension ReviewCodes {
    /// A policy fails in sessions without its setting.
    public static let settingMissing = DiagnosticCode(
        "W661", "a policy fails where its setting is not set",
        """
        current_setting('app.tenant') is an error in a session that has never set it (42704): every
        query of the table fails there, those of backups and of people included. Write
        current_setting('app.tenant', true), which is NULL then.
        """)
    /// A policy takes an empty setting for a tenant.
    public static let settingEmpty = DiagnosticCode(
        "W662", "a policy takes an empty setting for a value",
        """
        A setting that was set and reset, or set for a transaction that is over, is the empty text
        and not NULL. Whoever has such a session owns all rows whose column is empty. Write

            NULLIF(current_setting('app.tenant', true), '')
        """)
    /// A policy lets everybody in.
    public static let alwaysTrue = DiagnosticCode(
        "W663", "a policy lets everything through",
        """
        USING (true) is no condition. One such permissive policy is enough for every row, whatever
        the others say, since permissive policies are joined with OR.
        """)
    /// A policy says nothing of writes.
    public static let unchecked = DiagnosticCode(
        "W664", "a policy does not say which rows may be written",
        """
        Without WITH CHECK the condition of USING holds for new rows as well; a reader has to know
        that. Write both.
        """)
    /// Row level security does not bind the owner.
    public static let notForced = DiagnosticCode(
        "W665", "row level security does not bind the owner of the table",
        """
        ENABLE ROW LEVEL SECURITY leaves the owner free, and most applications connect as the owner.
        Add FORCE ROW LEVEL SECURITY, or see to it that nobody works as the owner and say so.
        """)
    /// A policy that nothing enforces.
    public static let notEnabled = DiagnosticCode(
        "W666", "a policy is made, and row level security is not enabled",
        """
        A policy does nothing until ALTER TABLE ... ENABLE ROW LEVEL SECURITY.
        """)
    /// No row is seen between enabling and the policy.
    public static let deniesMeanwhile = DiagnosticCode(
        "W667", "row level security is enabled before there is a policy",
        """
        Without a policy nobody but the owner sees a row. Where policy and ENABLE are in two
        transactions, the application finds its tables empty in between. Make the policies first,
        or both in one transaction.
        """)
    /// Policies are joined with OR.
    public static let joinedWithOr = DiagnosticCode(
        "W668", "several permissive policies are joined with OR",
        """
        A row that one permissive policy lets through is seen, whatever the others say: a strict
        policy beside a wide one is void. Make the strict one AS RESTRICTIVE, or one policy of both.
        """)

    static let access = [
        settingMissing, settingEmpty, alwaysTrue, unchecked, notForced, notEnabled, deniesMeanwhile, joinedWithOr,
    ]
}
