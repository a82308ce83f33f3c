import Planning
import SQLiteDriver

/// The library's empty database, as planning asks for one.
struct ShadowTrial: SchemaTrial {
    private let shadow = SchemaShadow()

    func take(_ text: String) -> String? { shadow.take(text) }
    func begin() { shadow.begin() }
    func forget() { shadow.forget() }
}
