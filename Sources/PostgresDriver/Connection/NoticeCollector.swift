import CPostgres
import Databases

/// Keeps what the server remarks until the statement it belongs to is over.
///
/// libpq calls it while it reads, always on the task that uses the connection.
final class NoticeCollector {
    /// More than anybody reads; a loop that raises notices must not fill the memory.
    static let limit = 1_000

    /// The statements whose results are being read, when several are under way: the current and the next.
    var pipelined: (current: String, next: String?)?

    private var notices: [Notice] = []
    private var early: [Notice] = []
    private var dropped = 0

    /// Makes a connection report here; the connection must keep the collector alive.
    func listen(to connection: OpaquePointer) {
        let receiver: PQnoticeReceiver = { context, result in
            guard let context, let result else { return }
            Unmanaged<NoticeCollector>.fromOpaque(context).takeUnretainedValue().take(result)
        }
        PQsetNoticeReceiver(connection, receiver, Unmanaged.passUnretained(self).toOpaque())
    }

    /// What was remarked about the statement that is over; remarks about the next one are kept.
    func drain() -> [Notice] {
        guard !notices.isEmpty || !early.isEmpty else { return [] }
        var result = notices
        if dropped > 0 {
            result.append(
                Notice(severity: "NOTICE", code: "", message: "\(dropped) more notices were dropped")
            )
        }
        notices = early
        early = []
        dropped = 0
        return result
    }

    private func take(_ result: OpaquePointer) {
        let notice = Notice(result: result)
        if belongsToNext(notice, context: result.field(gonogo_diag_context)) {
            early.append(notice)
        } else if notices.count < Self.limit {
            notices.append(notice)
        } else {
            dropped += 1
        }
    }

    /// Whether a remark read before the current statement's result was fetched is about the one after it.
    ///
    /// libpq hands out notices as soon as it reads them. One that the server sends while it reads the text of the
    /// next statement comes before that statement's first answer; only "identifier will be truncated" is such.
    private func belongsToNext(_ notice: Notice, context: String?) -> Bool {
        guard let (current, next) = pipelined, let next, notice.code == "42622", context == nil else {
            return false
        }
        let parts = notice.message.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count > 1, next.contains(parts[1]) else { return false }
        return !current.contains(parts[1]) || notices.contains(notice)
    }
}
