import Answers
import Inference
import JSON
import RecordIO

/// The text of an answer: a head, the rows of one batch after the other, and a tail.
///
/// As JSON `{"model": …, "version": …, "seed": …, "results": [{…}, …], "faults": …}`, `results[i]` belonging to record i; as
/// CSV a header and lines; as NDJSON lines.
struct AnswerBody: Sendable {
    private let plan: OperationPlan
    private let form: MediaForm
    private let style: AnswerStyle

    /// - Parameter hasIDs: whether records may have names of their own: told by their form and its header, never by themselves.
    init(_ plan: OperationPlan, _ form: MediaForm, namesColumns: Bool, hasIDs: Bool) {
        (self.plan, self.form) = (plan, form)
        style = AnswerStyle(
            model: plan.model.model, operation: plan.operation, verdict: plan.verdict, namesColumns: namesColumns,
            wantsMeans: plan.wantsMeans, hasIDs: hasIDs, reportsFaults: plan.policy == .skip)
    }

    /// All of an answer that is one batch.
    ///
    /// - Throws: `JSONError.notFinite`; the runner has checked every number, so this is our own fault.
    func whole(_ output: InferenceOutput, _ batch: RecordBatch?) throws(JSONError) -> [UInt8] {
        var bytes = head()
        bytes.reserveCapacity(256 + 12 * plan.numbersPerRow * (batch?.count ?? output.rowCount))
        try append(output, batch, isFirst: true, to: &bytes)
        bytes += tail(faults: batch?.faults.count ?? 0)
        return bytes
    }

    func head() -> [UInt8] {
        switch form {
        case .csv: return style.csvHeader()
        case .ndjson, .png, .floats, .npy: return []
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("model")
            writer.string(plan.model.name)
            writer.key("version")
            writer.string(plan.model.version)
            if let seed = plan.seed {
                writer.key("seed")
                writer.uint64(seed)
            }
            writer.key("results")
            writer.beginArray()
            return writer.bytes
        }
    }

    /// - Parameter isFirst: whether no record was answered before.
    func append(
        _ output: InferenceOutput, _ batch: RecordBatch?, isFirst: Bool, to bytes: inout [UInt8]
    ) throws(JSONError) {
        let rows = AnswerRows(style, output, batch: batch)
        switch form {
        case .csv: try rows.appendLines(.csv, to: &bytes)
        case .ndjson: try rows.appendLines(.ndjson, to: &bytes)
        case .png, .floats, .npy: preconditionFailure("a picture or an array is no text")
        case .json:
            for record in 0..<rows.count {
                if record > 0 || !isFirst { bytes.append(UInt8(ascii: ",")) }
                var taken: [UInt8] = []
                swap(&taken, &bytes)
                var writer = JSONWriter(appendingTo: taken)
                taken = []
                try rows.writeObject(record, to: &writer)
                swap(&bytes, &writer.bytes)
            }
        }
    }

    /// - Parameter faults: records that could not be answered; told where such do not end the request.
    func tail(faults: Int) -> [UInt8] {
        guard form == .json else { return [] }
        return Array((plan.policy == .skip ? "],\"faults\":\(faults)}\n" : "]}\n").utf8)
    }
}
