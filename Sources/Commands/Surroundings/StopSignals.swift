import Dispatch
import Glibc
import Synchronization

/// Ctrl-C and its kin: the first asks to stop after what runs now, the second cancels it, the third leaves at once.
///
/// Unchecked because dispatch sources are not marked as sendable; they are made once and never touched again.
final class StopSignals: @unchecked Sendable {
    private let counter: Counter
    private let sources: [any DispatchSourceSignal]

    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    /// Listens from now on; `onCancel` is called at the second signal.
    init(onCancel: @escaping @Sendable () -> Void) {
        // A reader that went away must not end a run.
        signal(SIGPIPE, SIG_IGN)
        let counter = Counter()
        self.counter = counter
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { Self.received(counter.value.add(1, ordering: .relaxed).newValue, onCancel) }
            source.resume()
            return source
        }
    }

    /// Whether somebody asked to stop.
    var isRequested: Bool { counter.value.load(ordering: .relaxed) > 0 }

    private static func received(_ count: Int, _ onCancel: @Sendable () -> Void) {
        switch count {
        case 1: Output.message("\nStopping after this step. Again: cancel it on the server. Third time: leave now.\n")
        case 2:
            Output.message("\nCancelling.\n")
            onCancel()
        default: _exit(130)
        }
    }
}
