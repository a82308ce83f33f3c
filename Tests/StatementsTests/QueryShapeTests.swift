import Statements
import Testing

struct `What a query asks` {
    @Test(arguments: [
        ("SELECT 1", QueryShape.Answer.constant),
        ("SELECT 'x'::text, true", .constant),
        ("SELECT now()", .other),
        ("SELECT 1 FROM t", .other),
        ("SELECT count(*) FROM t WHERE a = 1", .count),
        ("SELECT count(a)::int FROM t", .count),
        ("SELECT count(*) FROM t GROUP BY a", .other),
        ("SELECT count(*) FROM t HAVING count(*) > 3", .other),
        ("SELECT count(*) OVER () FROM t", .other),
        ("SELECT count(*) >= 0 FROM t", .alwaysTrue),
        ("SELECT 0 <= count(*) FROM t", .alwaysTrue),
        ("SELECT count(*) >= 1 FROM t", .other),
        ("SELECT max(version) FROM m", .extreme(column: "version", isGreatest: true)),
        ("SELECT max(version::int) FROM m", .other),
        ("SELECT version FROM m ORDER BY version DESC LIMIT 1", .extreme(column: "version", isGreatest: true)),
        ("SELECT version FROM m ORDER BY version::int DESC LIMIT 1", .other),
        ("SELECT count(*) FROM a UNION ALL SELECT 1", .other),
    ])
    func `is told by its answer`(sql: String, answer: QueryShape.Answer) throws {
        #expect(try #require(QueryShape(of: sql)).answer == answer)
    }

    @Test func `is told by what it reads, and not by its own names`() throws {
        let shape = try #require(
            QueryShape(of: "WITH own AS (SELECT * FROM a) SELECT * FROM own, s.b WHERE x IN (SELECT y FROM c)"))
        #expect(shape.relations.map(\.description).sorted() == ["a", "c", "s.b"])
        #expect(QueryShape(of: "SELEC 1") == nil)
    }

    @Test(arguments: [
        ("relname = 'orders'", true), ("relname IN ('x', 'orders')", true), ("relname = ANY (ARRAY['orders'])", true),
        ("relname::text LIKE 'ord%'", true), ("relname LIKE '_rders'", true), ("relname ILIKE '%ORD%ers'", true),
        ("relname LIKE 'orders\\_'", false), ("relname LIKE '%x%'", false), ("relname NOT LIKE 'ord%'", false),
        ("relname <> 'orders'", false), ("relname ~ '^ord'", true), ("relname ~ 'der'", true),
        ("relname ~ '^der'", false),
        ("relname ~* 'RDE'", true), ("oid = 1", false), ("relname ~ 'zzz?'", false),
    ])
    func `is told by what names it is about`(condition: String, fits: Bool) throws {
        let shape = try #require(QueryShape(of: "SELECT 1 FROM pg_class WHERE \(condition)"))
        #expect(shape.asksFor("orders", in: ["relname"]) == fits)
    }

    @Test func `is told by what it demands and counts`() throws {
        let present = try #require(QueryShape(of: "SELECT count(*) FROM u WHERE a IS NOT NULL AND b IS NOT NULL"))
        #expect(present.onlyPresent == ["a", "b"])
        #expect(try #require(QueryShape(of: "SELECT 1 FROM u WHERE a IS NOT NULL AND b = 1")).onlyPresent.isEmpty)
        #expect(try #require(QueryShape(of: "SELECT 1 FROM u WHERE a IS NOT NULL OR b IS NULL")).onlyPresent.isEmpty)
        let nested = try #require(QueryShape(of: "SELECT count(*) = (SELECT count(*) FROM old WHERE n = 'u') FROM u"))
        #expect(nested.counted.map(\.name) == ["old"])
        #expect(try #require(QueryShape(of: "SELECT DISTINCT a FROM u")).isDistinct)
        #expect(try #require(QueryShape(of: "SELECT count(DISTINCT a) FROM u")).isDistinct)
        #expect(!(try #require(QueryShape(of: "SELECT count(a) FROM u")).isDistinct))
    }
}
