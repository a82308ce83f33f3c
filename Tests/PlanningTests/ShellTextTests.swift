@testable import Planning
import Testing

struct `A text for the shell` {
    private func programs(_ text: String) -> [[String]] { ShellText(text).commands.map(\.words) }

    @Test func `is read by its commands and their words`() {
        let text = """
            set -eu   # stop at once; psql -f comment.sql
            psql -d "my shop" -f 'a b.sql' && echo "it's done" | tee log
            (cd /tmp; ls) || { true; }
            """
        #expect(
            programs(text) == [
                ["set", "-eu"], ["psql", "-d", "my shop", "-f", "a b.sql"], ["echo", "it's done"], ["tee", "log"],
                ["cd", "/tmp"], ["ls"], ["true"],
            ])
    }

    @Test func `puts in place what it sets itself, and nothing else`() {
        let text = "FILE=a.sql; psql -f $FILE -d \"${NAME}\" -o $(date +%s).log"
        #expect(programs(text) == [["psql", "-f", "a.sql", "-d", "$NAME", "-o", "$(date +%s).log"]])
    }

    @Test func `gives a command its input and its output`() throws {
        let commands = ShellText("pg_dump shop > out.sql\npsql shop <<EOF\npsql -f within.sql\nEOF\nls").commands
        #expect(commands.map(\.program) == ["pg_dump", "psql", "ls"])
        #expect(commands[0].output == "out.sql" && !commands[0].readsInput)
        #expect(commands[1].readsInput)
    }

    @Test func `gives an option its value in every way it can be written`() throws {
        for text in ["psql -f a", "psql -fa", "psql --file a", "psql --file=a"] {
            #expect(try #require(ShellText(text).commands.first).value("f", "file") == "a", "\(text)")
        }
        #expect(try #require(ShellText("pg_restore -l x").commands.first).has("l", "list"))
        #expect(!(try #require(ShellText("pg_restore x -d l").commands.first).has("l", "list")))
    }

    @Test(arguments: ["'", "\"", "$(", "${", "<<", "<< EOF\nx", "a\\", "|||", ">", "((", "a=$(b", "\u{301}'"])
    func `that is broken off is read to its end`(text: String) {
        _ = ShellText(text)
    }
}
