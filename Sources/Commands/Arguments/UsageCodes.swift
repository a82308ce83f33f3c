import Diagnostics

/// What can be wrong with a command line.
enum UsageCodes {
    static let command = DiagnosticCode(
        "E401",
        "not a command",
        """
        The first word after `gonogo` is a command. `gonogo help` lists them all,
        `gonogo help COMMAND` explains one.
        """
    )
    static let option = DiagnosticCode(
        "E402",
        "an option that is not understood",
        """
        Options are written `--name VALUE` or `--name=VALUE`, flags without a value, each
        once unless its help shows `...` behind it. Everything after `--` is an argument.
        Nothing that is not understood is passed over.
        """
    )
    static let arguments = DiagnosticCode(
        "E403",
        "too few or too many arguments",
        """
        The usage line shows the arguments a command takes; those in brackets may be left
        out. A file name that begins with a dash is written after `--`.
        """
    )
    static let password = DiagnosticCode(
        "E404",
        "a password on the command line",
        """
        Every user of a machine can read the arguments of every process. gonogo refuses a
        connection URL with a password in its arguments, and does not repeat it. PostgreSQL's
        own ways are all read: ~/.pgpass, PGPASSFILE, service files, and PGPASSWORD where
        nothing better is to be had.
        """
    )
    static let value = DiagnosticCode(
        "E405",
        "an option's value is not what it takes",
        """
        `--var` takes NAME=VALUE, `--gate` takes PHASE=go or PHASE=no-go, `--parallel` a
        number from 1 to 64. `--yes` answers only the question whether to begin: a gate is
        decided by its deciders, at the terminal or by `--gate`. `--details` and `--sql` are
        for plans as text, `--against` for those as markdown or html.
        """
    )
    static let runbookFile = DiagnosticCode(
        "E406",
        "the runbook cannot be read",
        """
        The file named on the command line must be a regular file that can be read.
        """
    )
    static let noSuchRun = DiagnosticCode(
        "E407",
        "no such run",
        """
        Runs live in `.gonogo/runs` below the root, or where `--state` or GONOGO_STATE
        says. `gonogo history` lists them. A run may be named by the beginning of its name
        when that is the only one.
        """
    )
    static let noTerminal = DiagnosticCode(
        "E408",
        "a decision is needed and nobody can be asked",
        """
        Before a runbook is run, its plan is shown and the word `yes` is asked for. When
        standard input or standard error is not a terminal, nobody can be asked: say
        `--yes`, after reading what `gonogo plan` prints. Gates are answered by `--gate`;
        without an answer they are no-go.
        """
    )
    static let noSuchCode = DiagnosticCode(
        "E409",
        "no such code",
        """
        Codes are an E or a W and a number, as they are printed in brackets. Without an
        argument `gonogo explain` lists them all.
        """
    )

    static let fileIsThere = DiagnosticCode(
        "E410",
        "another file is there already",
        """
        A plan that was reviewed is not written over by another one unasked. `-o` takes a name
        that is free, or one under which this very plan is kept; `--force` replaces another
        plan. What is no plan is never replaced.
        """
    )

    static let all = [
        command, option, arguments, password, value, runbookFile, noSuchRun, noTerminal, noSuchCode, fileIsThere,
    ]
}
