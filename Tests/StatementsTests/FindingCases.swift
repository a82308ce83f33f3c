import Statements

/// Scripts and the exact texts of what is found in them.
enum FindingCases {
    static var all: [(String, SQLDialect, String)] { commands + values + structure }
}
