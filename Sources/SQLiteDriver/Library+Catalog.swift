import Databases

extension Library {
    /// Every object of the schema, as one moment saw it; without gonogo's own tables.
    func catalog() throws(DatabaseError) -> CatalogSnapshot {
        // Within a transaction there is one already; a savepoint outside of one begins one.
        _ = try rows("SAVEPOINT gonogo_catalog")
        do throws(DatabaseError) {
            let entries = try schema() + [try database(), try internalTables()]
            _ = try rows("RELEASE gonogo_catalog")
            return CatalogSnapshot(entries)
        } catch {
            _ = try? rows("ROLLBACK TO gonogo_catalog")
            _ = try? rows("RELEASE gonogo_catalog")
            throw error
        }
    }

    private func rows(_ text: String) throws(DatabaseError) -> [[DatabaseValue]] {
        let statement = try PreparedStatement(SQLStatement(text), in: self)
        var rows: [[DatabaseValue]] = []
        while try statement.step() { rows.append(statement.row().values) }
        return rows
    }

    private func schema() throws(DatabaseError) -> [CatalogEntry] {
        var entries: [CatalogEntry] = []
        let objects = try rows(
            """
            SELECT type, name, tbl_name, sql FROM sqlite_master
            WHERE tbl_name NOT LIKE 'gonogo\\_%' ESCAPE '\\' AND (name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR sql IS NULL)
            """
        )
        for object in objects {
            let text = object.map { $0.text ?? "" }
            switch text[0] {
            case "table": entries += CreateTable(text[3], name: text[1]).entries
            case "index" where text[3].isEmpty: entries.append(try automaticIndex(text[1], of: text[2]))
            default: entries.append(CatalogEntry(kind: text[0], name: text[1], normalising: text[3]))
            }
        }
        return entries
    }

    /// SQLite makes these for keys and unique columns; they have no text of their own.
    private func automaticIndex(_ name: String, of table: String) throws(DatabaseError) -> CatalogEntry {
        let columns = try rows("SELECT name FROM pragma_index_info(\(SQLiteDialect().literal(name)))")
        let names = columns.map { $0.first?.text ?? "expression" }
        return CatalogEntry(
            kind: "index",
            name: name,
            definition: "unique on \(table) (\(names.joined(separator: ", ")))"
        )
    }

    /// What the file itself is set to.
    private func database() throws(DatabaseError) -> CatalogEntry {
        var facts: [String] = []
        for name in [
            "application_id", "auto_vacuum", "encoding", "journal_mode", "page_size", "user_version",
        ] {
            let value = try rows("PRAGMA \(name)").first?.first?.text ?? ""
            facts.append("\(name) \(value)")
        }
        return CatalogEntry(kind: "database", name: "main", definition: facts.joined(separator: "; "))
    }

    /// Tables that SQLite made for itself: a lesser matter, since nothing that made them can be taken back.
    private func internalTables() throws(DatabaseError) -> CatalogEntry {
        let own = try rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        )
        let names = own.compactMap { $0.first?.text }.joined(separator: ", ")
        return CatalogEntry(kind: "internal tables", name: "of SQLite", definition: "", arrangement: names)
    }
}

extension CatalogEntry {
    /// An object by its text: comments, blanks and needless quotation marks are a lesser matter.
    fileprivate init(kind: String, name: String, normalising text: String) {
        self.init(kind: kind, name: name, definition: Words(text).normalised, arrangement: text)
    }
}
