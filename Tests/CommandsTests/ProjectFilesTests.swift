@testable import Commands
import Glibc
import Planning
import TestSupport
import Testing

struct `The files of a project` {
    /// A folder with a project in it and something beside it.
    static func project() throws -> (root: String, around: String) {
        guard let around = ProjectFiles.resolve(try temporaryDirectory()) else {
            throw FileProblem.unreadable(reason: "no folder")
        }
        let root = around + "/project"
        mkdir(root, 0o700)
        mkdir(root + "/sql", 0o700)
        for file in ["/project/sql/001_add_key.sql", "/project/sql/002.sql", "/secret.sql"] {
            guard let stream = fopen(around + file, "w") else { continue }
            fputs("SELECT 1;\n", stream)
            fclose(stream)
        }
        return (root, around)
    }

    @Test func `are read below the root, through links that stay there`() throws {
        let (root, _) = try Self.project()
        symlink("sql/002.sql", root + "/link.sql")
        symlink(root + "/sql/002.sql", root + "/absolute.sql")
        let files = ProjectFiles(root: root)
        let bytes = Array("SELECT 1;\n".utf8)
        #expect(files.read("sql/002.sql") == .success(bytes))
        #expect(files.read("./sql/../sql/002.sql") == .success(bytes))
        #expect(files.read("link.sql") == .success(bytes))
        #expect(files.read("absolute.sql") == .success(bytes))
    }

    @Test(arguments: [
        "../secret.sql", "sql/../../secret.sql", "../nothing.sql", "/etc/passwd", "../../../../etc/passwd",
    ])
    func `are not outside of it, whether something is there or not`(_ path: String) throws {
        let files = ProjectFiles(root: try Self.project().root)
        #expect(files.read(path) == .failure(.outside(resolved: path)))
    }

    @Test func `are not behind links that lead out of it`() throws {
        let (root, around) = try Self.project()
        symlink("../secret.sql", root + "/link.sql")
        symlink("..", root + "/up")
        symlink("/dev/zero", root + "/zero.sql")
        let files = ProjectFiles(root: root)
        #expect(files.read("link.sql") == .failure(.outside(resolved: around + "/secret.sql")))
        #expect(files.read("up/secret.sql") == .failure(.outside(resolved: around + "/secret.sql")))
        #expect(files.read("zero.sql") == .failure(.outside(resolved: "/dev/zero")))
    }

    @Test func `are not beside it in a folder whose name begins alike`() throws {
        let (root, around) = try Self.project()
        mkdir(around + "/project2", 0o700)
        link(around + "/secret.sql", around + "/project2/a.sql")
        symlink("../project2", root + "/other")
        #expect(
            ProjectFiles(root: root).read("other/a.sql") == .failure(.outside(resolved: around + "/project2/a.sql")))
    }

    @Test func `are regular files: no folder, pipe or device, and a pipe without a writer holds nobody up`() throws {
        let (root, _) = try Self.project()
        mkfifo(root + "/pipe.sql", 0o600)
        let files = ProjectFiles(root: root)
        #expect(files.read("pipe.sql") == .failure(.notAFile(kind: "a pipe")))
        #expect(files.read("sql") == .failure(.notAFile(kind: "a directory")))
        #expect(ProjectFiles(root: "/dev").read("null") == .failure(.notAFile(kind: "a device")))
    }

    @Test func `that are missing are told from those near them`() throws {
        let files = ProjectFiles(root: try Self.project().root)
        #expect(files.read("sql/001_add_kee.sql") == .failure(.missing(near: ["sql/001_add_key.sql"])))
        #expect(files.read("sql/nothing-like-it") == .failure(.missing(near: [])))
        #expect(files.read("sql/002.sql/deeper") == .failure(.missing(near: [])))
    }

    @Test func `that link to themselves cannot be read`() throws {
        let (root, _) = try Self.project()
        symlink("loop.sql", root + "/loop.sql")
        #expect(
            ProjectFiles(root: root).read("loop.sql")
                == .failure(.unreadable(reason: "Too many levels of symbolic links")))
    }
}
