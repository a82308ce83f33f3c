public import Planning

/// A plan as a page.
public enum PlanPage {
    /// The page.
    public static func render(_ plan: Plan, against approved: Plan? = nil, file: String? = nil) -> String { "" }
}
