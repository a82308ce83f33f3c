public import Diagnostics

extension ReviewCodes {
    /// The phases may take longer than the window.
    public static let windowTooShort = DiagnosticCode(
        "W701", "the phases may take longer than the window",
        """
        Added up along the longest way, with the timeout of each phase, or the upper end of its
        estimate where it has no timeout, the phases do not fit into the window. What can no
        longer be taken back before its end is then not begun, and the run stops half-way.

        Lengthen the window, shorten timeouts, or move phases into another runbook.
        """)
    /// Taking back may take too long.
    public static let objectiveMissed = DiagnosticCode(
        "W702", "taking back may take longer than the objective",
        """
        `slo: { rollback: 30m }` says how long it may take to take everything back. The upper ends
        of the estimates of the rollbacks, from the phase named back to the nearest barrier, are
        more than that. Whoever waits for the service waits longer than was promised.
        """)
    /// Nothing can be promised.
    public static let noEstimate = DiagnosticCode(
        "W703", "something has no estimate",
        """
        A window or an objective is held against estimates. A phase without `estimate` and
        `timeout`, or a rollback without `estimate`, counts as nothing: the plan then promises
        more than anybody knows. Measure it in a rehearsal and write what it took:

            estimate: { from: 30m, to: 45m }
        """)
    /// A phase that will hardly begin in time.
    public static let tooLate = DiagnosticCode(
        "W704", "a phase comes too late in its window",
        """
        A phase is only begun while it can still be carried out and taken back, with everything
        before it, inside the window. Where all goes as expected, this one comes later than that:
        its gate would be no-go by itself, and without a gate it would not begin.
        """)
    /// A heading says another time.
    public static let heading = DiagnosticCode(
        "W705", "a heading and the estimates disagree",
        """
        A title or a description says how long something takes, and the estimates say
        otherwise. People plan by the heading, the run by the estimates. Write the same in both,
        or leave the time out of the text: the plan adds it up.
        """)
    /// A rollback loses data although none may be lost.
    public static let dataLost = DiagnosticCode(
        "W706", "a rollback loses data, and none may be lost",
        """
        `slo: { data_loss: none }` says that no data may be lost by taking back. This rollback
        drops a table or a column with whatever was written into it since its phase, whether that
        was accepted or not. With this objective an unwind stops before such a phase as soon as
        there is something to lose, and asks.

        Refuse in the rollback while there is something to lose, or keep the data elsewhere first.
        """)
    /// A barrier destroys data although none may be lost.
    public static let dataDestroyed = DiagnosticCode(
        "W707", "a phase destroys data for good, and none may be lost",
        """
        `slo: { data_loss: none }` says that no data may be lost. This phase drops, deletes or
        empties something and is irreversible: after it there is no way back to what was there.
        Make it a runbook of its own, run when nobody will want the data back.
        """)
    /// Data may be lost since a backup that nobody makes.
    public static let noBackup = DiagnosticCode(
        "W708", "data may be lost since a backup, and none is made",
        """
        `slo: { data_loss: since-backup }` rests on a backup that the run makes before the phase
        whose rollback loses data: by `backup:`, or by a program that has `dump` or `backup` in its
        command. There is none before this one.

            - id: backup
              backup: backups/${run.id}.db
              rollback: { none: a file more }
        """)
    /// A timeout ends what is expected to go on.
    public static let timeoutTooShort = DiagnosticCode(
        "W709", "a phase is expected to take longer than it may",
        """
        A phase is ended at its `timeout`, and this one's `estimate` is longer. Either of them is
        wrong.
        """)

    static let budgets = [
        windowTooShort, objectiveMissed, noEstimate, tooLate, heading, dataLost, dataDestroyed, noBackup,
        timeoutTooShort,
    ]
}
