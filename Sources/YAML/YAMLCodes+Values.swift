public import Diagnostics

// Spellings of values that two readers would read in two ways.
extension YAMLCodes {
    /// A word that was a boolean.
    public static let boolean = DiagnosticCode(
        "E020",
        "a word that was a boolean",
        """
        `yes`, `no`, `on` and `off` without quotes.

        YAML 1.1 reads them as booleans and YAML 1.2 as text; both kinds of reader
        are in use, on the two sides of a review perhaps.

        Wrong:

            session: { enable_seqscan: off }

        Right:

            session: { enable_seqscan: "off" }
        """
    )

    /// A number that begins with a zero.
    public static let leadingZero = DiagnosticCode(
        "E022",
        "a number that begins with a zero",
        """
        `0644` is an octal number in YAML 1.1 and 644 in YAML 1.2; the zero is lost
        either way.

        Versions, modes and postal codes are text.

        Wrong:

            expect: 005

        Right:

            expect: "005"
        """
    )

    /// A number to the base of 60.
    public static let sexagesimal = DiagnosticCode(
        "E023",
        "a number to the base of 60",
        """
        Digits with colons are a number in YAML 1.1.

        A time of day or a pair of ports would become a number of seconds.

        Wrong:

            default: 12:30

        Right:

            default: "12:30"
        """
    )

    /// A number with an exponent.
    public static let exponent = DiagnosticCode(
        "E024",
        "a number with an exponent",
        """
        Digits around an `e` are a number in YAML.

        A commit id such as 12e03456 would become infinity. Numbers are written with
        all their digits.

        Wrong:

            default: 12e03456

        Right:

            default: "12e03456"
        """
    )

    /// A number that is not accepted.
    public static let number = DiagnosticCode(
        "E025",
        "a number that is not accepted",
        """
        Underscores, hexadecimal, octal and binary notation, infinity, and whole
        numbers beyond 64 bits.

        Readers of YAML disagree about what these are.

        Wrong:

            expect: 1_000

        Right:

            expect: 1000
        """
    )

    /// A word some readers take for a boolean.
    public static let letter = DiagnosticCode(
        "W001",
        "a word some readers take for a boolean",
        """
        `y` and `n`, or a key such as `on`.

        Some readers of YAML 1.1 take them for true and false. Here they are text;
        quotes make that plain for everyone.

        Wrong:

            row: { y: 3 }

        Right:

            row: { "y": 3 }
        """
    )

    /// A number that ends with a zero.
    public static let trailingZero = DiagnosticCode(
        "W002",
        "a number that ends with a zero",
        """
        `1.10` is the number 1.1.

        As a version it loses its last digit in most programs. As a number the zero
        says nothing.

        Wrong:

            default: 1.10

        Right:

            default: "1.10"
        """
    )

    /// A date without quotes.
    public static let date = DiagnosticCode(
        "W003",
        "a date without quotes",
        """
        YAML 1.1 reads a date, YAML 1.2 text.

        Here it is text; quotes make that plain for everyone.

        Wrong:

            default: 2025-10-12

        Right:

            default: "2025-10-12"
        """
    )
}
