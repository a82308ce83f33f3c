/// Addresses that do not prove whom they lead to.
enum AddressFindings {
    /// What is found in the addresses of a plan, told with the first phase that works there.
    static func findings(in plan: Plan) -> [PlannedFinding] {
        plan.targets.compactMap { target in
            guard let mode = target.unverified,
                let phase = plan.active.first(where: { $0.allTargets.contains(target.name) })
            else { return nil }
            return RuleFinding(
                ReviewCodes.unverified,
                "sslmode=\(mode) of \(target.display) does not prove which server answers",
                help: "write sslmode=verify-full, with sslrootcert where the authority is your own"
            ).placed(at: phase.place, phase: phase.id, step: nil)
        }
    }
}
