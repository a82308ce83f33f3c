/// What goes wrong for one process.
struct Faults: Sendable {
    /// The number of the effect at which it dies.
    var dieAt: Int?
    var death = Death.kill
    /// The effects at which signals come: one asks to stop, two stop what runs.
    var interruptAt: Int?
    var cancelAt: Int?
    /// The effect at which it stands still, and for how many microseconds.
    var freezeAt: Int?
    var freezeFor = 0
    /// How many of a thousand messages cut the connection.
    var cuts = 0
    /// How many of a thousand file calls fail.
    var diskFailures = 0

    /// How a process dies.
    enum Death: Sendable {
        /// Its files stay as it wrote them.
        case kill
        /// What was not synced may be gone, and servers learn nothing of it.
        case powerFailure
        /// The same, and nothing at all is left that was not synced.
        case blackout
    }

    /// Nothing goes wrong.
    static let none = Faults()

    /// What a seed wants; later processes have less to do before they die.
    static func some(_ chance: inout Chance) -> Faults {
        var faults = Faults()
        let reach = chance.pick([12, 40, 120, 240])
        if chance.happens(7, in: 10) { faults.dieAt = chance.number(1...reach) }
        if chance.happens(1, in: 4) { faults.death = .powerFailure }
        if chance.happens(1, in: 10) { faults.interruptAt = chance.number(1...reach) }
        if chance.happens(1, in: 20) { faults.cancelAt = chance.number(1...reach) }
        if chance.happens(1, in: 10) {
            faults.freezeAt = chance.number(1...reach)
            faults.freezeFor = chance.time(600_000_000)
        }
        if chance.happens(1, in: 3) { faults.cuts = chance.pick([5, 20, 100]) }
        if chance.happens(1, in: 10) { faults.diskFailures = chance.pick([2, 10, 50]) }
        return faults
    }
}

/// What goes wrong with servers.
struct Weather: Sendable {
    /// How many of ten thousand statements end with a crash of the server, with the end of their session, and with an
    /// error that would pass.
    var crashes = 0
    var terminations = 0
    var collisions = 0
    /// How many of a hundred fragile things break: checks, statements, rollbacks, programs, people's go.
    var breakage = 0

    /// Nothing goes wrong.
    static let fair = Weather()

    /// What a seed wants.
    static func some(_ chance: inout Chance) -> Weather {
        Weather(
            crashes: chance.happens(1, in: 4) ? chance.pick([5, 50, 200]) : 0,
            terminations: chance.happens(1, in: 4) ? chance.pick([5, 50, 300]) : 0,
            collisions: chance.happens(1, in: 4) ? chance.pick([20, 200]) : 0,
            breakage: chance.pick([0, 0, 10, 25, 50]))
    }
}
