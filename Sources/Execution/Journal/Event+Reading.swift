public import CanonicalJSON
import Databases
import Planning

extension Event {
    /// Reads an event back from its members; nil when it is of a type or form this version does not know.
    public init?(json: JSON) {
        guard let type = json["type"]?.string, let event = Self.read(type, json) ?? Self.readLater(type, json) else {
            return nil
        }
        self = event
    }

    private static func read(_ type: String, _ json: JSON) -> Event? {
        let phase = json["phase"]?.string ?? ""
        switch type {
        case "run.started": return RunStart(json).map(Event.runStarted)
        case "run.resumed": return RunResumption(json).map(Event.runResumed)
        case "phase.started": return .phaseStarted(phase: phase)
        case "phase.resumed": return .phaseResumed(phase: phase)
        case "phase.catalogs":
            return .catalogsKept(phase: phase, catalogs: catalogs(json))
        case "phase.skipped": return .phaseSkipped(phase: phase, reason: json["reason"]?.string ?? "")
        case "phase.done": return .phaseDone(phase: phase, milliseconds: json["ms"]?.integer ?? 0)
        case "phase.failed":
            guard let kind = json["kind"]?.string.flatMap(FailureKind.init(rawValue:)) else { return nil }
            return .phaseFailed(phase: phase, cause: FailureCause(json["cause"]), kind: kind)
        case "step.started": return StepMark(json).map(Event.stepStarted)
        case "step.committing": return StepMark(json).map(Event.stepCommitting)
        case "step.applied":
            return StepMark(json).map {
                .stepApplied($0, rows: json["rows"]?.integer ?? 0, milliseconds: json["ms"]?.integer ?? 0)
            }
        case "step.passed_over":
            return StepMark(json).map { .stepPassedOver($0, reason: json["reason"]?.string ?? "") }
        case "step.failed":
            guard let leaves = json["leaves"]?.string.flatMap(Leaves.init(rawValue:)) else { return nil }
            return StepMark(json).map { .stepFailed($0, cause: FailureCause(json["cause"]), leaves: leaves) }
        case "step.resolved":
            guard let verdict = json["as"]?.string.flatMap(Resolution.Verdict.init(rawValue:)) else { return nil }
            let resolution = Resolution(
                verdict, reason: json["reason"]?.string ?? "", by: json["by"]?.string ?? "")
            return StepMark(json).map { .stepResolved($0, resolution) }
        case "captured":
            guard let name = json["name"]?.string, let result = json["result"].flatMap(CapturedResult.init(json:))
            else {
                return nil
            }
            return .captured(name: name, result: result)
        case "backup.made":
            return BackupFile(json).map { .backedUp(step: json["step"]?.string ?? "", $0) }
        default: return nil
        }
    }

    private static func losses(_ json: JSON, _ key: String) -> [Loss] {
        (json[key]?.array ?? []).compactMap { Loss($0) }
    }

    private static func catalogs(_ json: JSON) -> [String: String] {
        (json["catalogs"]?.object ?? [:]).compactMapValues(\.string)
    }

    private static func readLater(_ type: String, _ json: JSON) -> Event? {
        let phase = json["phase"]?.string ?? ""
        switch type {
        case "check.finished": return CheckRecord(json).map(Event.checked)
        case "gate.asked":
            return .gateAsked(
                phase: phase, question: json["question"]?.string ?? "",
                deciders: (json["deciders"]?.array ?? []).compactMap(\.string))
        case "gate.answered", "gate.decided":
            guard let go = json["go"]?.boolean else { return nil }
            let decision = GateDecision(go: go, by: json["by"]?.string ?? "", reason: json["reason"]?.string ?? "")
            return type == "gate.decided"
                ? .gateDecided(phase: phase, decision: decision) : .gateAnswered(phase: phase, decision: decision)
        case "notice":
            return .noticed(
                step: json["step"]?.string ?? "", severity: json["severity"]?.string ?? "",
                code: json["code"]?.string ?? "", message: json["message"]?.string ?? "")
        case "step.waiting": return StepMark(json).map { .stepWaits($0, words: json["words"]?.string ?? "") }
        case "unwind.started": return .unwindStarted(phases: json.texts("phases"), kept: json.texts("kept"))
        case "run.recovered":
            return .runRecovered(
                RunRecovery(
                    heads: json.texts("heads"), lost: json.texts("lost"), operatorName: json["operator"]?.string ?? ""))
        case "rollback.started": return .rollbackStarted(phase: phase)
        case "rollback.done":
            let back = TakenBack(
                nothing: json["nothing"]?.string, compared: (json["compared"]?.array ?? []).compactMap(\.string),
                covers: (json["covers"]?.array ?? []).compactMap(\.string),
                residue: (json["residue"]?.array ?? []).compactMap(Residue.init(json:)),
                remaining: (json["remaining"]?.array ?? []).compactMap(Residue.init(json:)),
                gone: (json["gone"]?.array ?? []).compactMap(Residue.init(json:)),
                milliseconds: json["ms"]?.integer ?? 0)
            return .rolledBack(phase: phase, back)
        case "rollback.failed": return .rollbackFailed(phase: phase, cause: FailureCause(json["cause"]))
        case "unwind.barrier": return .barrier(phase: phase, reason: json["reason"]?.string ?? "")
        case "residue.accepted":
            return .residueAccepted(phase: phase, reason: json["reason"]?.string ?? "", by: json["by"]?.string ?? "")
        case "phase.rows": return .rowsCounted(phase: phase, rows: losses(json, "rows"))
        case "rollback.loss":
            return .lossFound(
                losses(json, "losses"), token: json["token"]?.string ?? "",
                isStopped: json["stopped"]?.boolean ?? false)
        case "loss.accepted":
            return .lossAccepted(
                losses(json, "losses"), token: json["token"]?.string ?? "", by: json["by"]?.string ?? "")
        case "run.catalogs": return .catalogsLeft(catalogs(json))
        case "run.others":
            return .changedByOthers((json["changes"]?.array ?? []).compactMap(Residue.init(json:)))
        case "run.finished":
            return json["outcome"]?.string.flatMap(Outcome.init(rawValue:)).map(Event.runFinished)
        default: return nil
        }
    }
}

extension Event.RunStart {
    fileprivate init?(_ json: JSON) {
        guard let run = json["run"]?.string, let plan = json["plan"]?.string, let cycle = json["cycle"]?.integer,
            let direction = json["direction"]?.string.flatMap(Direction.init(rawValue:))
        else { return nil }
        self.init(
            run: run, direction: direction, name: json["name"]?.string ?? "", plan: plan, cycle: cycle,
            targets: (json["targets"]?.object ?? [:]).compactMapValues(\.string),
            operatorName: json["operator"]?.string ?? "",
            databases: (json["databases"]?.object ?? [:]).compactMapValues(\.string),
            approvals: (json["approvals"]?.array ?? []).compactMap { GivenApproval($0) })
    }
}

extension Event.RunResumption {
    fileprivate init?(_ json: JSON) {
        guard let direction = json["direction"]?.string.flatMap(Direction.init(rawValue:)),
            let epoch = json["epoch"]?.integer
        else { return nil }
        self.init(
            direction: direction, epoch: epoch,
            targets: (json["targets"]?.object ?? [:]).compactMapValues(\.string),
            operatorName: json["operator"]?.string ?? "", isPastWindow: json["past_window"]?.boolean ?? false)
    }
}

extension StepMark {
    fileprivate init?(_ json: JSON) {
        guard let phase = json["phase"]?.string, let step = json["step"]?.string,
            let direction = json["direction"]?.string.flatMap(Direction.init(rawValue:)),
            let stepClass = json["class"]?.string.flatMap(StepClass.init(rawValue:))
        else { return nil }
        self.init(
            phase: phase, step: step, direction: direction, title: json["title"]?.string ?? "", stepClass: stepClass)
    }
}

extension FailureCause {
    fileprivate init(_ json: JSON?) {
        self.init(
            message: json?["message"]?.string ?? "", code: json?["code"]?.string ?? "",
            place: json?["at"].flatMap(Place.init(event:)), statement: json?["statement"]?.string,
            detail: json?["detail"]?.string, hint: json?["hint"]?.string)
    }
}

extension CheckRecord {
    fileprivate init?(_ json: JSON) {
        guard let id = json["check"]?.string, let place = json["at"].flatMap(Place.init(event:)),
            let moment = json["moment"]?.string.flatMap(Moment.init(rawValue:)),
            let verdict = json["verdict"]?.string.flatMap(Verdict.init(rawValue:))
        else { return nil }
        self.init(
            phase: json["phase"]?.string ?? "", id: id, name: json["name"]?.string ?? "", moment: moment,
            verdict: verdict, expected: json["expected"]?.string ?? "", found: json["found"]?.string ?? "",
            subject: json["subject"]?.string ?? "", milliseconds: json["ms"]?.integer ?? 0, place: place,
            attempts: json["attempts"]?.integer ?? 1)
    }
}

extension Residue {
    fileprivate init?(json: JSON) {
        guard let target = json["target"]?.string, let object = json["object"]?.string,
            let kind = json["kind"]?.string.flatMap(CatalogDifference.Kind.init(rawValue:))
        else { return nil }
        self.init(
            target: target, kind: kind, object: object, before: json["before"]?.string, after: json["after"]?.string)
    }
}

extension Place {
    fileprivate init?(event json: JSON) {
        guard let file = json["file"]?.string, let line = json["line"]?.integer else { return nil }
        self.init(file: file, line: line)
    }
}

extension JSON {
    /// The texts of a list; none where there is no list.
    fileprivate func texts(_ key: String) -> [String] { (self[key]?.array ?? []).compactMap(\.string) }
}
