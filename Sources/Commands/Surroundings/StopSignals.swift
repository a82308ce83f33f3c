import Databases
import Dispatch
import Glibc
import Synchronization

/// Ctrl-C and its kin: the first asks to stop after what runs now, the second cancels it, the third leaves at once.
///
/// Whoever sends SIGTERM often follows it with SIGKILL: after a while it counts as the second signal. A signal that
/// was ignored when the program started stays ignored, as `nohup` wants it.
///
/// Unchecked because dispatch sources are not marked as sendable; they are made once and never touched again.
final class StopSignals: @unchecked Sendable {
    private let received: Received
    private let sources: [any DispatchSourceSignal]

    /// How long after SIGTERM what runs may go on: container managers wait for ten seconds and more.
    private static let grace = 8

    /// How many came, and which was the first.
    private final class Received: Sendable {
        let count = Atomic(0)
        let first = Atomic<Int32>(0)
        let isUnwinding = Atomic(false)
        let run = Guarded<String?>(nil)
    }

    /// Listens from now on; `onCancel` is called at the second signal.
    init(onCancel: @escaping @Sendable () -> Void) {
        // A reader that went away must not end a run.
        signal(SIGPIPE, SIG_IGN)
        let received = Received()
        self.received = received
        sources = [SIGINT, SIGTERM, SIGHUP].filter { !Self.isIgnored($0) }.map { number in
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

    /// From now on a third signal leaves a run behind with which this command goes on.
    func leaves(_ resume: String) { received.run.withLock { $0 = resume } }

    /// What the shell is told of a run that a signal stopped.
    var exitCode: ExitCode {
        received.first.load(ordering: .acquiring) == SIGINT ? .interrupted : .terminated
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    private static func take(_ number: Int32, _ received: Received, _ onCancel: @escaping @Sendable () -> Void) {
        _ = received.first.compareExchange(expected: 0, desired: number, ordering: .releasing)
        // Asked first: whoever waits for a line stops waiting as soon as the count says so.
        let isAsking = TerminalInput.isWaiting
        let isUnwinding = received.isUnwinding.load(ordering: .acquiring)
        switch received.count.add(1, ordering: .acquiringAndReleasing).newValue {
        case 1:
            if isUnwinding {
                Output.message("\nWhat is being taken back goes on to its end. Third time: leave now.\n")
            } else if !isAsking {
                Output.message("\nStopping after this step. Again: cancel it on the server. Third time: leave now.\n")
            }
            if number == SIGTERM { cancelLater(received, onCancel) }
        case 2 where isUnwinding: Output.message("\nStill taking back. Once more: leave now.\n")
        case 2:
            Output.message("\nCancelling.\n")
            onCancel()
        default:
            let next = received.run.withLock { $0 } ?? "gonogo status"
            Output.message("\nLeaving at once: what runs on the server may go on.\nNext   \(next)\n")
            _exit(128 + number)
        }
    }

    private static func cancelLater(_ received: Received, _ onCancel: @escaping @Sendable () -> Void) {
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(grace)) {
            // Another signal may have done so meanwhile, or taking back have begun.
            guard !received.isUnwinding.load(ordering: .acquiring),
                received.count.compareExchange(expected: 1, desired: 2, ordering: .acquiringAndReleasing).exchanged
            else { return }
            Output.message("\n\(grace)s after SIGTERM: cancelling what runs.\n")
            onCancel()
        }
    }
}
