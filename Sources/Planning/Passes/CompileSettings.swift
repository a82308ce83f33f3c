import Databases
import Diagnostics
import Runbooks

extension PlanDraft {
    /// The role something runs as; reported where the engine has none.
    mutating func role(_ role: Located<String>?, on target: PlannedTarget) -> String? {
        guard let role else { return nil }
        guard target.engine != .sqlite else {
            findings.report(
                Diagnostic(
                    PlanningCodes.engine, "`as: \(role.value)`: SQLite has no roles", at: role.span,
                    help: "remove `as`"))
            return nil
        }
        let name = expand(role).value
        checkName(name, of: "the role", on: target, at: role.span)
        return name
    }

    /// The settings in effect: the runbook's, the phase's, its own, later ones over earlier ones.
    mutating func settings(own: [Setting], in phase: Phase, on target: PlannedTarget) -> [PlannedSetting] {
        guard target.engine != .sqlite else {
            for setting in phase.session.prefix(1) + own.prefix(1) { findings.report(.noSettings(setting)) }
            return []
        }
        var result: [PlannedSetting] = []
        for setting in runbook.session + phase.session + own {
            result.removeAll { $0.name == setting.name.value }
            result.append(PlannedSetting(name: setting.name.value, value: expand(setting.value).value))
        }
        return result
    }
}
