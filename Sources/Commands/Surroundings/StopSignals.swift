import Dispatch
import Glibc
import Synchronization

/// Ctrl-C and its kin: the first asks to stop after what runs now, the second cancels it, the third leaves at once.
///
/// Unchecked because dispatch sources are not marked as sendable; they are made once and never touched again.
final class StopSignals: @unchecked Sendable {
    private let received: Received
    private let sources: [any DispatchSourceSignal]

    /// How many came, and which was the first.
    private final class Received: Sendable {
        let count = Atomic(0)
        let first = Atomic<Int32>(0)
        let isUnwinding = Atomic(false)
    }

    /// Listens from now on; `onCancel` is called at the second signal.
    init(onCancel: @escaping @Sendable () -> Void) {
        // A reader that went away must not end a run.
        signal(SIGPIPE, SIG_IGN)
        let received = Received()
        self.received = received
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { Self.take(number, received, onCancel) }
            source.resume()
            return source
        }
    }

    /// Whether somebody asked to stop.
    var isRequested: Bool { received.count.load(ordering: .acquiring) > 0 }

    /// From now on phases are taken back, which no signal but the third stops.
    func beginsToUnwind() { received.isUnwinding.store(true, ordering: .releasing) }

    /// What the shell is told of a run that a signal stopped.
    var exitCode: ExitCode {
        received.first.load(ordering: .acquiring) == SIGINT ? .interrupted : .terminated
    }

    private static func take(_ number: Int32, _ received: Received, _ onCancel: @Sendable () -> Void) {
        _ = received.first.compareExchange(expected: 0, desired: number, ordering: .releasing)
        // Asked first: whoever waits for a line stops waiting as soon as the count says so.
        let isAsking = TerminalInput.isWaiting
        switch received.count.add(1, ordering: .acquiringAndReleasing).newValue {
        case 1 where isAsking: break
        case 1 where received.isUnwinding.load(ordering: .acquiring):
            Output.message("\nWhat is being taken back goes on to its end. Third time: leave now.\n")
        case 1:
            Output.message(
                "\nStopping after this step. Again: cancel it on the server. Third time: leave now.\n"
            )
        case 2:
            let isUnwinding = received.isUnwinding.load(ordering: .acquiring)
            Output.message(isUnwinding ? "\nStill taking back. Once more: leave now.\n" : "\nCancelling.\n")
            onCancel()
        default: _exit(128 + number)
        }
    }
}
