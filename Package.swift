// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A library module of ours, under the strict settings.
///
/// An archive that is linked in whole is one less shared library to find, map and relocate at each start.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], archive: String? = nil) -> Target {
    .target(
        name: name, dependencies: dependencies, swiftSettings: strict,
        linkerSettings: archive.map { [.linkedLibrary(":lib\($0).a")] })
}

/// The tests of a module, or of several together.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: strict)
}

let package = Package(
    name: "gonogo",
    products: [.executable(name: "gonogo", targets: ["gonogo"])],
    targets: [
        // MARK: Layer 0: what everything speaks of

        // Source text and positions, findings, and how a finding is printed.
        module("Diagnostics"),
        // What an engine and a session are. No driver.
        module("Databases"),
        // Bytes that two machines agree on: canonical JSON and SHA-256.
        module("CanonicalJSON", ["CCrypto"]),

        // MARK: Layer 1: one outside format or library each

        // Text to a tree of located nodes; nothing about runbooks.
        module("YAML", ["Diagnostics", "CYAML"], archive: "yaml"),
        // SQL text to classified statements.
        module("Statements", ["Diagnostics", "CPGQuery"], archive: "pg_query"),
        // Sessions over libpq.
        module("PostgresDriver", ["Databases", "CPostgres"]),
        // Sessions over SQLite.
        module("SQLiteDriver", ["Databases", "CSQLite"], archive: "sqlite3"),

        // MARK: Layer 2: the document

        // The typed runbook and its decoding from nodes.
        module("Runbooks", ["Diagnostics", "YAML", "CanonicalJSON"]),

        // MARK: Layer 3: what will happen

        // Runbook to plan: ordered passes over one graph.
        module("Planning", ["Diagnostics", "Runbooks", "Statements", "Databases", "CanonicalJSON"]),

        // MARK: Layer 4: what happens

        // Run, check, gate, journal, ledger, unwind.
        module("Execution", ["Planning", "Runbooks", "Statements", "Databases", "CanonicalJSON", "CProcess"]),

        // MARK: Layer 5: what people read

        // Pure renderings of plan and journal.
        module(
            "Reports",
            ["Diagnostics", "Databases", "CanonicalJSON", "Statements", "Runbooks", "Planning", "Execution"]),

        // MARK: Layer 6: what people type

        // Arguments, subcommands, terminal, exit codes; the only module that names drivers.
        module(
            "Commands",
            [
                "Diagnostics", "Databases", "CanonicalJSON", "YAML", "Statements", "PostgresDriver", "SQLiteDriver",
                "Runbooks", "Planning", "Execution", "Reports", "CFiles",
            ]),
        .executableTarget(name: "gonogo", dependencies: ["Commands"], swiftSettings: strict),

        // MARK: C libraries, one importer each

        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPGQuery", providers: [.apt(["libpg-query-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        // What the C library offers for child processes and Swift does not see by itself.
        .systemLibrary(name: "CProcess"),
        // Opening files below a folder, which the C library has no function for.
        .systemLibrary(name: "CFiles"),

        // MARK: Tests

        .target(
            name: "TestSupport",
            dependencies: [
                "Diagnostics", "Databases", "PostgresDriver", "SQLiteDriver", "CanonicalJSON", "CProcess",
            ],
            path: "Tests/TestSupport", swiftSettings: strict),
        // A world of machines, servers and people in which runs are carried out by seeds, and what must be so in it.
        .target(
            name: "Simulation",
            dependencies: ["Execution", "Planning", "Runbooks", "Diagnostics", "Databases", "CanonicalJSON"],
            path: "Tests/Simulation", swiftSettings: strict),
        // Many seeds, or one with its account.
        .executableTarget(
            name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulate", swiftSettings: strict),
        // What the review of a plan does with SQL, by itself, for benchmarks.
        .executableTarget(
            name: "analyse", dependencies: ["Statements", "Diagnostics"], path: "Tests/Analyse", swiftSettings: strict),
        tests("SimulationTests", ["Simulation"]),
        tests("DiagnosticsTests", ["Diagnostics"]),
        tests("CanonicalJSONTests", ["CanonicalJSON"]),
        tests("YAMLTests", ["YAML", "Diagnostics"]),
        tests("StatementsTests", ["Statements", "Diagnostics"]),
        // What is said of locks, held against a server.
        tests("LocksTests", ["Statements", "Databases", "Diagnostics", "Planning"]),
        tests("RunbooksTests", ["Runbooks", "YAML", "Diagnostics", "CanonicalJSON"]),
        tests(
            "PlanningTests",
            [
                "Planning", "Runbooks", "YAML", "Diagnostics", "Databases", "Statements", "CanonicalJSON", "Commands",
                "SQLiteDriver",
            ]),
        tests("DriverContractTests", ["Databases", "PostgresDriver", "SQLiteDriver"]),
        tests(
            "ExecutionTests",
            [
                "Execution", "Planning", "Runbooks", "Diagnostics", "Databases", "PostgresDriver", "SQLiteDriver",
                "CanonicalJSON",
            ]),
        tests(
            "ReportsTests",
            [
                "Reports", "Execution", "Planning", "Runbooks", "Statements", "Databases", "Diagnostics",
                "CanonicalJSON",
            ]),
        // The pages people are given, in a browser.
        tests("BrowserTests", ["gonogo"]),
        tests("EndToEndTests", ["Databases", "SQLiteDriver", "CanonicalJSON", "gonogo"]),
        tests("DocumentsTests", ["Commands", "Diagnostics", "Planning", "Runbooks", "Databases", "gonogo"]),
        tests("CommandsTests", ["Commands", "Diagnostics", "Planning"]),
    ],
    swiftLanguageModes: [.v6]
)
