/// A text for the shell, read by its words: which programs it starts with which arguments.
///
/// It is no shell: what a variable holds is known only where the text itself sets it to a constant, and what a program
/// does with its arguments only where a rule knows the program.
struct ShellText {
    /// A program with its arguments.
    struct Command {
        /// Without quotes; variables that the text sets are in place.
        var words: [String] = []
        /// The file its output goes to.
        var output: String?
        /// Whether its input comes from a file or from the text itself.
        var readsInput = false
        /// Whether another command follows only where this one fails.
        var isExcused = false

        /// The name of the program.
        var program: String { words.first.map { String($0.split(separator: "/").last ?? "") } ?? "" }
        /// What follows the program.
        var arguments: ArraySlice<String> { words.dropFirst() }
    }

    private(set) var commands: [Command] = []
    private var variables: [String: String] = [:]
    private var current = Command()

    init(_ text: String) {
        var rest = text[...]
        while !rest.isEmpty { step(&rest) }
        finish()
    }

    private mutating func step(_ rest: inout Substring) {
        let sign = rest[rest.startIndex]
        switch sign {
        case "#": rest = rest.drop { $0 != "\n" }
        case "\n", ";", "(", ")", "{", "}":
            rest = rest.dropFirst()
            finish()
        case "&", "|":
            if rest.hasPrefix("||") { current.isExcused = true }
            rest = rest.dropFirst(rest.hasPrefix("&&") || rest.hasPrefix("||") ? 2 : 1)
            finish()
        case " ", "\t", "\r": rest = rest.dropFirst()
        case "<", ">": redirect(&rest)
        default: take(word(&rest))
        }
    }

    private mutating func redirect(_ rest: inout Substring) {
        if rest.hasPrefix("<<") { return here(&rest) }
        let isInput = rest.hasPrefix("<")
        rest = rest.drop { $0 == ">" || $0 == "<" || $0 == "&" || $0 == "|" }
        rest = rest.drop { $0 == " " }
        let file = word(&rest)
        if isInput { current.readsInput = true } else { current.output = file }
    }

    /// A text for the command itself, up to a line with its mark.
    private mutating func here(_ rest: inout Substring) {
        rest = rest.drop { $0 == "<" || $0 == "-" || $0 == " " }
        let mark = word(&rest)
        current.readsInput = true
        let lines = rest.split(separator: "\n", omittingEmptySubsequences: false)
        let end = lines.dropFirst().firstIndex { $0.drop { $0 == "\t" } == mark } ?? lines.endIndex
        let head = lines.first ?? ""
        var command = ShellText(String(head)).commands.first
        command?.readsInput = true
        current.words += command?.words ?? []
        rest = lines[min(end + 1, lines.endIndex)...].joined(separator: "\n")[...]
        finish()
    }

    private mutating func take(_ word: String) {
        if current.words.isEmpty, let equals = word.firstIndex(of: "="), word[..<equals].isName {
            variables[String(word[..<equals])] = String(word[word.index(after: equals)...])
            return
        }
        current.words.append(word)
    }

    private mutating func finish() {
        if !current.words.isEmpty { commands.append(current) }
        current = Command()
    }

    /// A word without its quotes.
    private func word(_ rest: inout Substring) -> String {
        var word = ""
        while let sign = rest.first {
            switch sign {
            case " ", "\t", "\r", "\n", ";", "&", "|", "<", ">", "(", ")": return word
            case "'":
                rest = rest.dropFirst()
                let text = rest.prefix { $0 != "'" }
                word += text
                rest = rest.dropFirst(text.count + 1)
            case "\"":
                rest = rest.dropFirst()
                word += quoted(&rest)
            case "\\":
                word += rest.dropFirst().prefix(1)
                rest = rest.dropFirst(2)
            case "$": word += value(&rest)
            default:
                word.append(sign)
                rest = rest.dropFirst()
            }
        }
        return word
    }

    private func quoted(_ rest: inout Substring) -> String {
        var text = ""
        while let sign = rest.first, sign != "\"" {
            switch sign {
            case "\\":
                text += rest.dropFirst().prefix(1)
                rest = rest.dropFirst(2)
            case "$": text += value(&rest)
            default:
                text.append(sign)
                rest = rest.dropFirst()
            }
        }
        rest = rest.dropFirst()
        return text
    }

    /// What stands for a variable: its value where the text sets it, and otherwise its name.
    private func value(_ rest: inout Substring) -> String {
        rest = rest.dropFirst()
        if rest.first == "(" { return substitution(&rest) }
        let inBraces = rest.first == "{"
        if inBraces { rest = rest.dropFirst() }
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        rest = rest.dropFirst(name.count)
        if inBraces { rest = rest.drop { $0 != "}" }.dropFirst() }
        return variables[String(name)] ?? "$\(name)"
    }

    /// `$(...)` as it stands: what it prints is not known.
    private func substitution(_ rest: inout Substring) -> String {
        var depth = 0
        var text = "$"
        while let sign = rest.first {
            if sign == "(" { depth += 1 }
            if sign == ")" { depth -= 1 }
            text.append(sign)
            rest = rest.dropFirst()
            if depth == 0 { break }
        }
        return text
    }
}

extension Substring {
    /// Whether it could be the name of a variable.
    fileprivate var isName: Bool {
        !isEmpty && !(first?.isNumber ?? true) && allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
}

extension ShellText.Command {
    /// The value of an option: `-f FILE`, `-fFILE`, `--file FILE`, `--file=FILE`.
    func value(_ short: String, _ long: String) -> String? { values(short, long).first }

    /// The values of an option that may be given several times.
    func values(_ short: String, _ long: String) -> [String] {
        var found: [String] = []
        var rest = arguments
        while let word = rest.popFirst() {
            if word == "-\(short)" || word == "--\(long)" {
                found.append(rest.popFirst() ?? "")
            } else if word.hasPrefix("--\(long)=") {
                found.append(String(word.dropFirst(long.count + 3)))
            } else if word.hasPrefix("-\(short)"), !word.hasPrefix("--"), word.count > 2 {
                found.append(String(word.dropFirst(2)))
            }
        }
        return found
    }

    /// Whether an option without a value is given, also among others: `-lv`.
    func has(_ short: Character, _ long: String) -> Bool {
        arguments.contains { word in
            word == "--\(long)" || word.hasPrefix("-") && !word.hasPrefix("--") && word.dropFirst().first == short
        }
    }
}
