import Statements

extension FindingCases {
    static let structure: [(String, SQLDialect, String)] = [
        (
            "SELECT $body$ x $Body$;", .postgres,
            #"""
            error[E204]: unterminated `$body$`, opened at 1:8
             --> a.sql:1:8
              |
            1 | SELECT $body$ x $Body$;
              |        ^^^^^^ never closed
              = help: close it with `$body$`, written exactly so
            """#
        ),
        (
            "SELECT 1;\nSELECT \"a FROM t;", .postgres,
            #"""
            error[E204]: unterminated quoted name, opened at 2:8
             --> a.sql:2:8
              |
            2 | SELECT "a FROM t;
              |        ^ never closed
              = help: close it with the quote it begins with
            """#
        ),
        (
            "/* a /* b */\nSELECT 1;", .postgres,
            #"""
            error[E204]: unterminated comment, opened at 1:1
             --> a.sql:1:1
              |
            1 | /* a /* b */
              | ^^ never closed
              = help: close it with `*/`; comments nest, so every `/*` inside needs its own
            """#
        ),
        (
            "CREATE TRIGGER g AFTER INSERT ON t BEGIN\n  SELECT 1;\n", .sqlite,
            #"""
            error[E204]: unterminated trigger, opened at 1:1
             --> a.sql:1:1
              |
            1 | CREATE TRIGGER g AFTER INSERT ON t BEGIN
              | ^^^^^^^^^^^^^^ never closed
              = help: end its body with `END;`
            """#
        ),
        (
            "-- nothing\n;;\n", .postgres,
            #"""
            error[E209]: no statement: there are only blanks and comments
             --> a.sql:1:1
              |
            1 | -- nothing
              | ^
              = help: write one, or remove it
            """#
        ),
        (
            "", .sqlite,
            #"""
            error[E209]: no statement: there are only blanks and comments
             --> a.sql:1:1
              |
            1 |
              | ^
              = help: write one, or remove it
            """#
        ),
        (
            "SELECT a\nFORM t;", .postgres,
            #"""
            error[E210]: syntax error at or near "t"
             --> a.sql:2:6
              |
            2 | FORM t;
              |      ^
              = help: this is the grammar of PostgreSQL 15; the server has the last word
            """#
        ),
        (
            "SELECT (1;", .postgres,
            #"""
            error[E210]: syntax error at or near ";"
             --> a.sql:1:10
              |
            1 | SELECT (1;
              |          ^
              = help: this is the grammar of PostgreSQL 15; the server has the last word
            """#
        ),
        (
            "SELECT * FROM t WHERE a = :tenant", .postgres,
            #"""
            error[E210]: syntax error at or near ":"
             --> a.sql:1:27
              |
            1 | SELECT * FROM t WHERE a = :tenant
              |                           ^
              = help: write a variable as `:'name'` for a value, `:"name"` for a name
            """#
        ),
        (
            "CREATE INDEX CONCURRENTLY ON t (a);", .postgres,
            #"""
            error[E211]: `CREATE INDEX CONCURRENTLY` without a name
             --> a.sql:1:1
              |
            1 | CREATE INDEX CONCURRENTLY ON t (a);
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: name the index: after a crash it is looked up by its name
            """#
        ),
        (
            "SET search_path = app;", .postgres,
            #"""
            warning[W231]: `SET search_path` lasts longer than the transaction
             --> a.sql:1:1
              |
            1 | SET search_path = app;
              | ^^^^^^^^^^^^^^^^^^^^^
              = help: write `SET LOCAL`, or put the setting under the step's `session:`
            """#
        ),
        (
            "SET ROLE admin;\nRESET ROLE;", .postgres,
            #"""
            warning[W231]: `SET role` lasts longer than the transaction
             --> a.sql:1:1
              |
            1 | SET ROLE admin;
              | ^^^^^^^^^^^^^^
              = help: write `SET LOCAL`, or put the role under the step's `as:`
            warning[W231]: `RESET role` lasts longer than the transaction
             --> a.sql:2:1
              |
            2 | RESET ROLE;
              | ^^^^^^^^^^
              = help: remove it: every step begins with a clean session
            """#
        ),
        (
            "SET SESSION AUTHORIZATION a", .postgres,
            #"""
            warning[W231]: `SET session authorization` lasts longer than the transaction
             --> a.sql:1:1
              |
            1 | SET SESSION AUTHORIZATION a
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: write `SET LOCAL`, or put the role under the step's `as:`
            """#
        ),
        (
            "DISCARD ALL", .postgres,
            #"""
            warning[W231]: `DISCARD all` lasts longer than the transaction
             --> a.sql:1:1
              |
            1 | DISCARD ALL
              | ^^^^^^^^^^^
              = help: remove it: every step begins with a clean session
            """#
        ),
    ]
}
