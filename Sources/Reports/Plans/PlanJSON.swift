import CanonicalJSON
public import Planning

/// A plan as JSON for people and programs.
public enum PlanJSON {
    /// The members of the plan and its `digest`, over several lines; without `digest` it is the plan that is hashed.
    public static func render(_ plan: Plan) -> String {
        let json = plan.json
        let members = (json.object ?? [:]).merging(["digest": .string(Digest(of: json).hex)]) { old, _ in old
        }
        return JSON.object(members).safeText
    }
}
