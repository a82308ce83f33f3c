import Statements

extension FindingCases {
    static let values: [(String, SQLDialect, String)] = [
        (
            "UPDATE t SET a = ${tenant};", .postgres,
            #"""
            error[E208]: `${tenant}` in SQL: values are never pasted into its text
             --> a.sql:1:18
              |
            1 | UPDATE t SET a = ${tenant};
              |                  ^^^^^^^^^
              = help: write `:'tenant'` for a value, `:"tenant"` for a name
            """#
        ),
        (
            "SELECT 'https://${host}/';", .postgres,
            #"""
            warning[W232]: `${host}` inside quotes stays as it is written
             --> a.sql:1:17
              |
            1 | SELECT 'https://${host}/';
              |                 ^^^^^^^
              = help: join a value to the text: `'...' || :'name'`
            """#
        ),
        (
            "SELECT ${vars.x}", .sqlite,
            #"""
            error[E208]: `${vars.x}` in SQL: values are never pasted into its text
             --> a.sql:1:8
              |
            1 | SELECT ${vars.x}
              |        ^^^^^^^^^
              = help: write `:'name'` for a value, `:"name"` for a name
            """#
        ),
        (
            "DO $$ BEGIN PERFORM f(:'tenant'); END $$;", .postgres,
            #"""
            warning[W233]: `:'tenant'` between dollar quotes stays as it is written
             --> a.sql:1:23
              |
            1 | DO $$ BEGIN PERFORM f(:'tenant'); END $$;
              |                       ^^^^^^^^^
              = help: set a value before and read it inside: `SELECT set_config('my.name', :'tenant', true)`
            """#
        ),
        (
            "SELECT E'a'\n:'b';", .postgres,
            #"""
            error[E212]: `:'b'` stands against a quoted text, and would become one with it
             --> a.sql:2:1
              |
            2 | :'b';
              | ^^^^
              = help: put `||` between texts, a blank between names
            """#
        ),
        (
            "SELECT :'a' :'b'", .postgres,
            #"""
            error[E212]: `:'b'` stands against a quoted text, and would become one with it
             --> a.sql:1:13
              |
            1 | SELECT :'a' :'b'
              |             ^^^^
              = help: put `||` between texts, a blank between names
            error[E210]: syntax error at or near "'b'"
             --> a.sql:1:14
              |
            1 | SELECT :'a' :'b'
              |              ^^^
              = help: this is the grammar of PostgreSQL 15; the server has the last word
            """#
        ),
        (
            "SELECT :'a''b'", .postgres,
            #"""
            error[E212]: `:'a'` stands against a quoted text, and would become one with it
             --> a.sql:1:8
              |
            1 | SELECT :'a''b'
              |        ^^^^
              = help: put `||` between texts, a blank between names
            """#
        ),
        (
            "SELECT * FROM :\"a\"\"b\"", .postgres,
            #"""
            error[E212]: `:"a"` stands against a quoted text, and would become one with it
             --> a.sql:1:15
              |
            1 | SELECT * FROM :"a""b"
              |               ^^^^
              = help: put `||` between texts, a blank between names
            """#
        ),
        (
            "SELECT $1;", .postgres,
            #"""
            error[E213]: `$1` is a parameter, and nothing gives it a value
             --> a.sql:1:8
              |
            1 | SELECT $1;
              |        ^^
              = help: write `:'name'` for a value, `:"name"` for a name, and declare it under `vars:`
            """#
        ),
        (
            "SELECT ?, ?2, :name, @name, $name", .sqlite,
            #"""
            error[E213]: `?` is a parameter, and nothing gives it a value
             --> a.sql:1:8
              |
            1 | SELECT ?, ?2, :name, @name, $name
              |        ^
              = help: write `:'name'` for a value, `:"name"` for a name, and declare it under `vars:`
            error[E213]: `?2` is a parameter, and nothing gives it a value
             --> a.sql:1:11
              |
            1 | SELECT ?, ?2, :name, @name, $name
              |           ^^
              = help: write `:'name'` for a value, `:"name"` for a name, and declare it under `vars:`
            error[E213]: `:name` is a parameter, and nothing gives it a value
             --> a.sql:1:15
              |
            1 | SELECT ?, ?2, :name, @name, $name
              |               ^^^^^
              = help: write `:'name'` for a value, `:"name"` for a name, and declare it under `vars:`
            error[E213]: `@name` is a parameter, and nothing gives it a value
             --> a.sql:1:22
              |
            1 | SELECT ?, ?2, :name, @name, $name
              |                      ^^^^^
              = help: write `:'name'` for a value, `:"name"` for a name, and declare it under `vars:`
            error[E213]: `$name` is a parameter, and nothing gives it a value
             --> a.sql:1:29
              |
            1 | SELECT ?, ?2, :name, @name, $name
              |                             ^^^^^
              = help: write `:'name'` for a value, `:"name"` for a name, and declare it under `vars:`
            """#
        ),
        (
            "SELECT a\u{200b} FROM t", .sqlite,
            #"""
            error[E214]: an invisible character in a word
             --> a.sql:1:9
              |
            1 | SELECT a\u{200B} FROM t
              |         ^^^^^^^^
              = help: delete it and type a blank; it usually comes with text copied from a page
            """#
        ),
    ]
}
