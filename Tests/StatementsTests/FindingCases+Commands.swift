import Statements

extension FindingCases {
    static let commands: [(String, SQLDialect, String)] = [
        (
            "SELECT 1;\n\\i other.sql\n", .postgres,
            #"""
            error[E205]: `\i` is a command of psql, not SQL
             --> a.sql:2:1
              |
            2 | \i other.sql
              | ^^
              = help: make the other file a step of its own: `sql: PATH`
            """#
        ),
        (
            "\\copy t FROM 'rows.csv' csv\n", .postgres,
            #"""
            error[E205]: `\copy` is a command of psql, not SQL
             --> a.sql:1:1
              |
            1 | \copy t FROM 'rows.csv' csv
              | ^^^^^
              = help: load the rows from a `run:` step, with psql as its program
            """#
        ),
        (
            "SELECT 1 AS a \\gset\n", .postgres,
            #"""
            error[E205]: `\gset` is a command of psql, not SQL
             --> a.sql:1:15
              |
            1 | SELECT 1 AS a \gset
              |               ^^^^^
              = help: keep the result with a `capture:` step
            """#
        ),
        (
            ".read other.sql\nSELECT 1;", .sqlite,
            #"""
            error[E205]: `.read` is a command of sqlite3, not SQL
             --> a.sql:1:1
              |
            1 | .read other.sql
              | ^^^^^
              = help: make the other file a step of its own: `sql: PATH`
            """#
        ),
        (
            "COPY t FROM stdin;\n1\tone\n\\.\n", .postgres,
            #"""
            error[E206]: `COPY ... FROM stdin` waits for rows that a script cannot send
             --> a.sql:1:13
              |
            1 | COPY t FROM stdin;
              |             ^^^^^
              = help: load the rows from a `run:` step with psql, or write them as `INSERT ... VALUES`
            """#
        ),
        (
            "COPY t TO stdout", .postgres,
            #"""
            error[E206]: `COPY ... TO stdout` sends rows that nobody takes
             --> a.sql:1:11
              |
            1 | COPY t TO stdout
              |           ^^^^^^
              = help: export from a `run:` step with psql, or keep the result with a `capture:` step
            """#
        ),
        (
            "BEGIN;\nSELECT 1;\nCOMMIT;", .postgres,
            #"""
            error[E207]: `BEGIN` in a script: gonogo owns the transaction
             --> a.sql:1:1
              |
            1 | BEGIN;
              | ^^^^^
              = help: remove it: the step's `transaction:` says how its statements are grouped
            error[E207]: `COMMIT` in a script: gonogo owns the transaction
             --> a.sql:3:1
              |
            3 | COMMIT;
              | ^^^^^^
              = help: remove it: the step's `transaction:` says how its statements are grouped
            """#
        ),
        (
            "COMMIT AND CHAIN", .postgres,
            #"""
            error[E207]: `COMMIT AND CHAIN` in a script: gonogo owns the transaction
             --> a.sql:1:1
              |
            1 | COMMIT AND CHAIN
              | ^^^^^^
              = help: remove it: the step's `transaction:` says how its statements are grouped
            """#
        ),
        (
            "SAVEPOINT a; ROLLBACK TO a; RELEASE a", .postgres,
            #"""
            error[E207]: `SAVEPOINT` in a script: gonogo owns the transaction
             --> a.sql:1:1
              |
            1 | SAVEPOINT a; ROLLBACK TO a; RELEASE a
              | ^^^^^^^^^
              = help: remove it: the first error ends the step
            error[E207]: `ROLLBACK TO` in a script: gonogo owns the transaction
             --> a.sql:1:14
              |
            1 | SAVEPOINT a; ROLLBACK TO a; RELEASE a
              |              ^^^^^^^^^^^
              = help: remove it: the first error ends the step
            error[E207]: `RELEASE` in a script: gonogo owns the transaction
             --> a.sql:1:29
              |
            1 | SAVEPOINT a; ROLLBACK TO a; RELEASE a
              |                             ^^^^^^^
              = help: remove it: the first error ends the step
            """#
        ),
        (
            "PREPARE TRANSACTION 'x'; COMMIT PREPARED 'x'", .postgres,
            #"""
            error[E207]: `PREPARE TRANSACTION` in a script: gonogo owns the transaction
             --> a.sql:1:1
              |
            1 | PREPARE TRANSACTION 'x'; COMMIT PREPARED 'x'
              | ^^^^^^^^^^^^^^^^^^^
              = help: remove it: a prepared transaction holds its locks without a session
            error[E207]: `COMMIT PREPARED` in a script: gonogo owns the transaction
             --> a.sql:1:26
              |
            1 | PREPARE TRANSACTION 'x'; COMMIT PREPARED 'x'
              |                          ^^^^^^^^^^^^^^^
              = help: remove it: a prepared transaction holds its locks without a session
            """#
        ),
        (
            "START TRANSACTION READ ONLY; END", .postgres,
            #"""
            error[E207]: `START TRANSACTION` in a script: gonogo owns the transaction
             --> a.sql:1:1
              |
            1 | START TRANSACTION READ ONLY; END
              | ^^^^^^^^^^^^^^^^^
              = help: remove it: the step's `transaction:` says how its statements are grouped
            error[E207]: `END` in a script: gonogo owns the transaction
             --> a.sql:1:30
              |
            1 | START TRANSACTION READ ONLY; END
              |                              ^^^
              = help: remove it: the step's `transaction:` says how its statements are grouped
            """#
        ),
        (
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", .postgres,
            #"""
            error[E207]: `SET TRANSACTION` in a script: gonogo owns the transaction
             --> a.sql:1:1
              |
            1 | SET TRANSACTION ISOLATION LEVEL SERIALIZABLE
              | ^^^^^^^^^^^^^^^
              = help: remove it, or put `default_transaction_isolation` under the step's `session:`
            """#
        ),
        (
            "BEGIN IMMEDIATE;\nSELECT 1;\nEND;", .sqlite,
            #"""
            error[E207]: `BEGIN` in a script: gonogo owns the transaction
             --> a.sql:1:1
              |
            1 | BEGIN IMMEDIATE;
              | ^^^^^
              = help: remove it: the step's `transaction:` says how its statements are grouped
            error[E207]: `END` in a script: gonogo owns the transaction
             --> a.sql:3:1
              |
            3 | END;
              | ^^^
              = help: remove it: the step's `transaction:` says how its statements are grouped
            """#
        ),
    ]
}
