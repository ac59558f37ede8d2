import HTTPServer
import Inference
import Logs
import Service

/// How a request stands in the log.
struct RequestLine: Sendable {
    private let format: LogFormat

    init(_ format: LogFormat) {
        self.format = format
    }

    func bytes(_ record: RequestRecord) -> [UInt8] {
        var line = LogLine(format, level: record.status >= 500 ? "error" : "info", message: "request")
        if let identity = record.identity { Self.add(identity, to: &line) }
        line.add("method", record.method)
        line.add("route", record.route)
        line.add("status", record.status)
        line.add("error", record.error)
        line.add("duration_s", nanoseconds: Int(record.duration / .nanoseconds(1)))
        if let work = record.work { Self.add(work, to: &line) }
        line.add("bytes_in", record.bytesIn)
        line.add("bytes_out", record.bytesOut)
        line.add("key", record.key)
        return line.finish()
    }

    private static func add(_ identity: RequestIdentity, to line: inout LogLine) {
        line.add("request_id", identity.requestID)
        line.add("trace_id", identity.trace.traceID)
        line.add("span_id", identity.trace.spanID)
        line.add("parent_span_id", identity.trace.parentID)
        line.add("trace_state", identity.trace.state)
    }

    private static func add(_ work: RequestRecord.Work, to line: inout LogLine) {
        line.add("parse_s", nanoseconds: work.nanoseconds(in: .parse))
        line.add("queue_s", nanoseconds: work.nanoseconds(in: .queue))
        line.add("compute_s", nanoseconds: work.nanoseconds(in: .compute))
        line.add("print_s", nanoseconds: work.nanoseconds(in: .print))
        line.add("rows", work.rows)
        line.add("model", work.model)
        line.add("model_version", work.version)
    }
}
