public import Diagnostics

/// The codes of findings in SQL scripts.
public enum StatementCodes {
    /// What the built-in grammar refuses, which a newer server may understand.
    public static let syntax = DiagnosticCode.syntax

    /// All of them, by number.
    public static let all: [DiagnosticCode] = [
        .zeroByte, .notUTF8, .tooLarge, .unterminated, .shellCommand, .copy, .transactionControl, .template,
        .noStatement, .syntax, .namelessIndex, .mergingReference, .nativeParameter, .invisible,
        .sessionSetting, .quotedTemplate, .quotedReference,
    ]
}

// MARK: The text

extension DiagnosticCode {
    static let zeroByte = DiagnosticCode(
        "E201",
        "a zero byte in SQL",
        """
        A zero byte ends a text for the database's own library. What follows it would
        not be run, although it stands in the file and in the plan that people read.
        Nothing of the script is used.

        Remove the byte. It often comes from a file saved as UTF-16, or from a dump of
        binary data. Write binary values in hexadecimal:

            INSERT INTO seals (data) VALUES ('\\x00ff');    -- PostgreSQL
            INSERT INTO seals (data) VALUES (x'00ff');     -- SQLite
        """
    )

    static let notUTF8 = DiagnosticCode(
        "E202",
        "SQL that is not UTF-8",
        """
        Scripts are read as UTF-8, with or without a byte order mark. At the byte named
        in the finding the text is something else: Latin-1, UTF-16, or data that is not
        text. Guessing would store wrong letters without any error.

        Convert the file once and keep it so:

            iconv -f LATIN1 -t UTF-8 old.sql > new.sql
        """
    )

    static let tooLarge = DiagnosticCode(
        "E203",
        "SQL beyond the limits",
        """
        A script may have 64 MiB and 500,000 statements, a statement 16 MiB and 500,000
        words and signs. The parser keeps all of a statement in memory, up to 300 bytes
        for every word; without limits one file could end the program, and with it the
        run it is in the middle of.

        A plan holds the scripts it runs, and people read it before they approve. Rows
        by the hundred thousand do not belong there. Load them from a program:

            - run: psql -v ON_ERROR_STOP=1 -c "\\copy t FROM 'rows.csv' csv header"
        """
    )

    static let unterminated = DiagnosticCode(
        "E204",
        "a quote or comment that is never closed",
        """
        A string, a quoted name, a dollar quote or a comment is opened and the script
        ends before it is closed. Everything after the opening is part of it, so nothing
        of it would run. psql prints a warning in this case and ends with success.

        The place shown is the opening, not the end of the file. If the text looks
        closed, look at what stands before it: an odd quote earlier in the script turns
        the meaning of all later quotes around. Things to know:

            'it''s'            a quote inside a string is written twice
            E'it\\'s'           a backslash escapes only in E strings
            $body$ ... $body$  the tags must be the same, letter case included
            /* a /* b */ */    PostgreSQL's comments nest, SQLite's do not

        In SQLite the body of a trigger is open until `END;`.
        """
    )

    static let invisible = DiagnosticCode(
        "E214",
        "an invisible character in a word",
        """
        Databases take every character outside ASCII as a letter. A no-break space, a
        zero-width space or a mark that turns the direction of writing becomes part of
        the word beside it: `FROM users` with a no-break space is one name, not two
        words. The script then does something else than what a reader sees.

        Delete the character and type a blank. It usually comes with text copied from a
        web page, a chat or a text processor. In strings and comments such characters
        are left alone.
        """
    )
}

// MARK: What a script may not hold

extension DiagnosticCode {
    static let shellCommand = DiagnosticCode(
        "E205",
        "a command of psql or sqlite3",
        """
        Lines that begin with a backslash are carried out by psql, and lines that begin
        with a dot by the sqlite3 shell. A database does not know them. gonogo sends
        statements itself, one by one, so that each has its own outcome; the shells'
        commands have no place in that.

        The finding names what to write instead of each command. The most frequent:

            \\i file       another step: `sql: file`
            \\copy ...     a `run:` step that calls psql
            \\set x 1      `vars:` in the runbook, and `:'x'` in the script
            \\gset         a `capture:` step
            \\connect db   the step's `target:`
            .read file    another step: `sql: file`
        """
    )

    static let copy = DiagnosticCode(
        "E206",
        "COPY over the connection",
        """
        `COPY ... FROM stdin` makes the server wait for rows from the client, and `COPY
        ... TO stdout` makes it send them. A script that is run statement by statement
        has no rows to send, even when they stand below the statement as in a dump, and
        nobody to take them.

        Load the rows from a program, as a step of its own:

            - run: psql -v ON_ERROR_STOP=1 -f data.sql

        or write few rows as `INSERT INTO t VALUES (...)`. `COPY` from a file on the
        server is allowed.
        """
    )

    static let transactionControl = DiagnosticCode(
        "E207",
        "transaction control in a script",
        """
        gonogo begins the transaction of a step, writes its marker into it, and commits.
        That is how it knows after a crash whether the step was applied. A `COMMIT` in
        the script would commit half of the step with the marker, and leave the rest to
        run unprotected; a `ROLLBACK` would throw away what is then recorded as done.

        Remove the statement. A script that is wrapped in BEGIN and COMMIT does the same
        without them. How statements are grouped is said beside the script:

            - sql: migrations/001.sql
              transaction: file        # all or nothing: the default
              transaction: statement   # each on its own
              transaction: none        # for CREATE INDEX CONCURRENTLY and its like

        BEGIN and COMMIT inside a function or a DO block are not meant.
        """
    )

    static let template = DiagnosticCode(
        "E208",
        "${...} in SQL",
        """
        A value that is pasted into the text of a statement can end the string it stands
        in and become SQL of its own. So `${name}` is for the YAML only, and SQL has
        psql's way, which quotes:

            UPDATE users SET tenant = :'tenant';     -- a value
            GRANT USAGE ON SCHEMA :"schema" TO app;  -- a name

        Declare the variable under `vars:` of the runbook.
        """
    )

    static let noStatement = DiagnosticCode(
        "E209",
        "no statement in a script",
        """
        The script is empty, or has only blanks, comments and semicolons. A step that
        does nothing looks in a report like one that did something, so it is refused.

        Check that the path is the right one and that the file was saved. If there is
        nothing to do, remove the step; for a phase that needs no rollback write
        `rollback: { none: the reason }`.
        """
    )

    static let syntax = DiagnosticCode(
        "E210",
        "SQL that does not parse",
        """
        The parser of PostgreSQL itself refuses the statement. Its words are repeated as
        they are; the caret is where it gave up, and the mistake is there or before it:
        a missing comma, parenthesis or semicolon.

        The grammar is that of PostgreSQL 15. A few statements of later versions are not
        in it, such as `MERGE ... WHEN NOT MATCHED BY SOURCE` (17) or numbers like
        `1_000` (16). The server has the last word on what it accepts.
        """
    )

    static let namelessIndex = DiagnosticCode(
        "E211",
        "an index built concurrently without a name",
        """
        `CREATE INDEX CONCURRENTLY` cannot run in a transaction. When it is interrupted
        it leaves an invalid index behind. gonogo looks the index up to tell whether it
        was built; without a name in the script it would have to guess which of the
        names the server makes up is meant.

            CREATE INDEX CONCURRENTLY users_by_tenant ON users (tenant_id);
        """
    )

    static let mergingReference = DiagnosticCode(
        "E212",
        "a variable against a quoted text",
        """
        Two strings on consecutive lines are one string, and a doubled quote is a quote.
        A value put in beside a quoted text could therefore become part of it, and the
        rules of that text would apply to the value: in an `E` string its backslashes
        would be escapes. Such places are refused.

            SELECT 'Dear ' || :'name';         -- texts are joined with ||
            SELECT * FROM :"table" "t";        -- names are kept apart by a blank
        """
    )

    static let nativeParameter = DiagnosticCode(
        "E213",
        "a parameter without a value",
        """
        `$1` in PostgreSQL, and `?`, `:name`, `@name` and `$name` in SQLite, are filled
        by a program that binds values to them. Nothing binds them in a script;
        PostgreSQL would refuse the statement, and SQLite would silently use NULL.

        Write `:'name'` for a value or `:"name"` for a name, and declare the variable
        under `vars:`. Parameters inside the body of a function are not meant.
        """
    )
}

// MARK: Warnings

extension DiagnosticCode {
    static let sessionSetting = DiagnosticCode(
        "W231",
        "a setting that outlives its transaction",
        """
        `SET`, `RESET` and `DISCARD` change the session. The change is gone after the
        step, since every step begins with a clean session, so later scripts do not see
        it; and within the step it is not part of what a rollback takes back.

        `SET LOCAL` ends with the transaction. Better still, say it where reviewers look
        for it, beside the script:

            - sql: migrations/007.sql
              as: migration_owner
              session: { search_path: app, lock_timeout: 5s }
        """
    )

    static let quotedTemplate = DiagnosticCode(
        "W232",
        "${...} inside quotes",
        """
        Inside a string, a quoted name or a function's body `${name}` is ordinary text
        and stays as it is. That may be what is meant: a template that is stored, a
        body in JavaScript. If a value was to be put in, nothing will put it there.

            SELECT 'https://' || :'host' || '/health';
        """
    )

    static let quotedReference = DiagnosticCode(
        "W233",
        "a variable between dollar quotes",
        """
        psql does not look for variables between dollar quotes, and neither does gonogo:
        the text is a string for the server. A `DO` block with a `:'name'` in it fails
        when it runs.

        Hand the value over through a setting:

            SELECT set_config('my.tenant', :'tenant', true);
            DO $$ BEGIN PERFORM work(current_setting('my.tenant')); END $$;
        """
    )
}
