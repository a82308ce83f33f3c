import CanonicalJSON
import Diagnostics
public import Runbooks

/// How long a run may take, and what taking it back may cost.
public struct PlannedBudget: Sendable, Equatable {
    /// The time in which a run may go forward; nil for any.
    public let window: PlannedWindow?
    /// What taking back may cost; nil where nothing is said.
    public let objective: PlannedObjective?

    /// Whether nothing is said of either.
    public var isEmpty: Bool { window == nil && objective == nil }

    init(window: PlannedWindow? = nil, objective: PlannedObjective? = nil) {
        self.window = window
        self.objective = objective
    }

    /// The same without the moment at which the window begins: on another day it is the same work.
    var undated: PlannedBudget {
        PlannedBudget(
            window: window.map { PlannedWindow(length: $0.length, start: nil, place: $0.place) }, objective: objective)
    }
}

/// The time in which a run may go forward.
public struct PlannedWindow: Sendable, Equatable {
    /// How long it is, in milliseconds.
    public let length: Int
    /// When it begins; nil for the moment in which the run begins.
    public let start: PlannedMoment?
    /// Where it is written.
    public let place: Place

    /// When it ends, given when the run began.
    public func end(begun: ClockTime) -> ClockTime { (start?.time ?? begun).adding(length) }

    /// A moment by the clock of the window, else in UTC: `2025-10-19 02:25:00 -04:00`.
    public func words(for time: ClockTime) -> String {
        let offset = start?.offset ?? 0
        let local = ClockTime(milliseconds: time.milliseconds + offset * 60_000).description.prefix(19)
        return String(local).replacing("T", with: " ") + " " + (offset == 0 ? "UTC" : start?.zone ?? "UTC")
    }
}

/// A moment as people wrote it, with the offset of their clocks.
public struct PlannedMoment: Sendable, Equatable, CustomStringConvertible {
    /// The moment.
    public let time: ClockTime
    /// How many minutes clocks there are ahead of UTC.
    public let offset: Int
    /// As RFC 3339 writes it.
    public let description: String

    init?(_ moment: WrittenMoment) {
        guard let local = ClockTime(moment.local + "Z") else { return nil }
        time = ClockTime(milliseconds: local.milliseconds - moment.offset * 60_000)
        offset = moment.offset
        let text = moment.local.hasSuffix(".000") ? String(moment.local.dropLast(4)) : moment.local
        description = text + Self.words(moment.offset)
    }

    /// A moment as the clocks of this one's place show it, so many milliseconds later: `2025-10-19 02:25`.
    public func clock(after milliseconds: Int) -> String {
        let local = ClockTime(milliseconds: time.milliseconds + offset * 60_000 + milliseconds).description
        return String(local.prefix(16)).replacing("T", with: " ")
    }

    /// How far the clocks are from UTC: `-04:00`.
    public var zone: String { Self.words(offset) }

    private static func words(_ offset: Int) -> String {
        guard offset != 0 else { return "Z" }
        let digits = [abs(offset) / 60, abs(offset) % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return (offset < 0 ? "-" : "+") + digits.joined(separator: ":")
    }
}

/// What taking back may cost.
public struct PlannedObjective: Sendable, Equatable {
    /// How long it may take to take everything back, in milliseconds.
    public let rollback: Int?
    /// Which data may be lost by it.
    public let dataLoss: DataLoss?
    /// Where it is written.
    public let place: Place
}

/// How long something should take, in milliseconds.
public struct PlannedEstimate: Sendable, Equatable {
    /// The least.
    public let from: Int
    /// The most, which is what is expected.
    public let to: Int

    /// One length of time.
    public init(_ milliseconds: Int) { (from, to) = (milliseconds, milliseconds) }

    init(_ estimate: Estimate) { (from, to) = (estimate.from.milliseconds, estimate.to.milliseconds) }

    init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}

extension PlannedBudget {
    /// As a runbook says it.
    init(_ runbook: Runbook, _ place: (SourceSpan) -> Place) {
        window = runbook.window.map { window in
            PlannedWindow(
                length: window.length.value.milliseconds, start: window.start.flatMap { PlannedMoment($0) },
                place: place(window.length.span))
        }
        let spans = [runbook.objective?.rollback?.span, runbook.objective?.dataLoss?.span].compactMap(\.self)
        objective = spans.first.flatMap { span in
            runbook.objective.map { objective in
                PlannedObjective(
                    rollback: objective.rollback?.value.milliseconds, dataLoss: objective.dataLoss?.value,
                    place: place(span))
            }
        }
    }

    var members: [String: JSON] { ["window": window?.json ?? .null, "slo": objective?.json ?? .null] }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        window = if let window = reader.optional("window") { try PlannedWindow(window) } else { nil }
        objective = if let objective = reader.optional("slo") { try PlannedObjective(objective) } else { nil }
    }
}

extension PlannedWindow {
    fileprivate var json: JSON {
        .compact(["length_ms": .integer(length), "start": .optional(start?.description), "at": place.json])
    }

    fileprivate init(_ reader: PlanReader) throws(DamagedPlan) {
        guard let length = try reader.length("length_ms") else { throw reader.damaged("`length_ms` is missing") }
        self.length = length
        place = try Place(reader.member("at"))
        guard let text = try reader.optionalString("start") else {
            start = nil
            return
        }
        guard let moment = WrittenMoment(parsing: text).flatMap({ PlannedMoment($0) }) else {
            throw reader.damaged("`start` is no moment")
        }
        start = moment
    }
}

extension PlannedObjective {
    fileprivate var json: JSON {
        .compact([
            "rollback_ms": .optional(rollback), "data_loss": .optional(dataLoss?.rawValue), "at": place.json,
        ])
    }

    fileprivate init(_ reader: PlanReader) throws(DamagedPlan) {
        rollback = try reader.length("rollback_ms")
        dataLoss = reader.optional("data_loss") == nil ? nil : try reader.choice("data_loss")
        place = try Place(reader.member("at"))
    }
}

extension PlannedEstimate {
    /// One number where it is no range.
    var json: JSON { from == to ? .integer(to) : ["from": .integer(from), "to": .integer(to)] }

    /// What is said of the time of a phase or a rollback.
    init?(_ owner: PlanReader) throws(DamagedPlan) {
        guard let reader = owner.optional("estimate_ms") else { return nil }
        guard reader.json.object != nil else {
            guard let time = try owner.length("estimate_ms") else { return nil }
            self.init(time)
            return
        }
        guard let from = try reader.length("from"), let to = try reader.length("to"), from <= to else {
            throw reader.damaged("it is no range")
        }
        self.init(from: from, to: to)
    }
}
