import Dispatch
import Glibc
import Synchronization

/// Ctrl-C and its kin: the first asks to stop after what runs now, the second cancels it, the third leaves at once.
final class StopSignals: Sendable {
    private let count = Atomic(0)
    private let onCancel: @Sendable () -> Void
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    /// Listens from now on; `onCancel` is called at the second signal.
    init(onCancel: @escaping @Sendable () -> Void) {
        self.onCancel = onCancel
        // A reader that went away must not end a run.
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in received() }
            source.resume()
            sources.withLock { $0.append(source) }
        }
    }

    /// Whether somebody asked to stop.
    var isRequested: Bool { count.load(ordering: .acquiring) > 0 }

    private func received() {
        switch count.add(1, ordering: .acquiringAndReleasing).newValue {
        case 1: Output.message("\nStopping after this step. Again: cancel it on the server. Third time: leave now.\n")
        case 2:
            Output.message("\nCancelling.\n")
            onCancel()
        default: _exit(130)
        }
    }
}
