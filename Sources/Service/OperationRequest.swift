import DataFiles
import Inference
import JSON
import Kernels
import RecordIO
import VAE

/// A request to a model, parsed and checked as far as it can be without computing.
struct OperationRequest {
    let plan: OperationPlan
    /// `[rows, …]`; without columns for `sample`.
    let input: Matrix<Float>
    /// What the rows were read from; nil for plain vectors, codes and samples.
    let batch: RecordBatch?
    /// The number of the first record as its author counts.
    let firstRow: Int
    /// Whether records came by name.
    let namesColumns: Bool

    /// Rows of one request, and the numbers of one answer.
    static let mostRows = 65_536
    static let mostNumbers = 1 << 23
    /// Decoder passes of one score.
    static let mostPasses = 1 << 20

    /// Records by name, or none at all.
    private init(_ plan: OperationPlan, _ input: Matrix<Float>) {
        (self.plan, self.input, batch, firstRow, namesColumns) = (plan, input, nil, 0, true)
    }

    private init(_ plan: OperationPlan, _ batch: RecordBatch, firstRow: Int, namesColumns: Bool = true) {
        (self.plan, self.batch, input) = (plan, batch, batch.matrix)
        (self.firstRow, self.namesColumns) = (firstRow, namesColumns)
    }

    /// Records, good and bad.
    var rows: Int { batch?.count ?? input.rows }

    /// - Parameters:
    ///   - form: of the answer.
    ///   - bodyForm: what the records came in.
    func body(_ form: MediaForm, _ bodyForm: MediaForm) -> AnswerBody {
        guard let batch else { return AnswerBody(plan, form, namesColumns: namesColumns, hasIDs: false) }
        return AnswerBody(plan, form, first: batch, namesColumns: namesColumns, bodyForm: bodyForm)
    }
}

// MARK: JSON

extension OperationRequest {
    /// From a JSON object.
    init(_ head: OperationHead, json body: [UInt8]) throws(ServiceError) {
        let document: JSONDocument
        do {
            document = try JSONDocument(body)
        } catch {
            throw ServiceError(error, columnName: String.init)
        }
        var fields = try RequestFields(document.root)
        let content = try Content(head.verb, &fields)
        var options = RequestOptions(head.query, fields)
        let plan = try OperationPlan(head.verb, head.model, &options)
        try options.finish()
        self = try Self.request(plan, content)
        try checkSize()
    }

    /// What is computed on.
    private enum Content {
        case latents(JSONElement)
        case inputs(JSONElement)
        case records(JSONElement)
        case samples(Int)

        init(_ verb: Route.Verb, _ fields: inout RequestFields) throws(ServiceError) {
            switch verb {
            case .sample: self = .samples(try fields.int("count", in: 1...mostRows) ?? 1)
            case .decode:
                guard let latents = try fields.element("latents") else { throw .missingField(["latents"]) }
                self = .latents(latents)
            case .encode, .reconstruct, .score:
                switch (try fields.element("inputs"), try fields.element("records")) {
                case (let inputs?, nil): self = .inputs(inputs)
                case (nil, let records?): self = .records(records)
                case (nil, nil): throw .missingField(["inputs", "records"])
                case (_?, _?): throw .badField("records", expected: "absent where 'inputs' is given", got: "both")
                }
            }
        }
    }

    private static func request(_ plan: OperationPlan, _ content: Content) throws(ServiceError) -> Self {
        switch content {
        case .samples(let count): return OperationRequest(plan, Matrix(rows: count, columns: 0))
        case .latents(let latents):
            let width = plan.model.model.network.latentDimension
            return OperationRequest(plan, try matrix(latents, width: width, columnName: String.init))
        case .inputs(let inputs):
            guard let reading = plan.reading else {
                let width = plan.model.model.recordDimension
                return OperationRequest(plan, try matrix(inputs, width: width, columnName: plan.model.columnName))
            }
            let batch = try read(inputs, "inputs", reading)
            return OperationRequest(plan, batch, firstRow: 0, namesColumns: false)
        case .records(let records):
            guard let reading = plan.reading else { throw .noColumns(model: plan.model.name) }
            return OperationRequest(plan, try read(records, "records", reading), firstRow: 0)
        }
    }

    /// Several records in an array, or one by itself.
    private static func read(
        _ element: JSONElement, _ field: String, _ reading: RecordReading
    ) throws(ServiceError) -> RecordBatch {
        do {
            let records = try JSONRecords(reading)
            let batch = try isOneRecord(element) ? records.read(record: element) : records.read(element)
            if batch.count == 0 { throw ServiceError.emptyInput(field: field) }
            return batch
        } catch {
            throw ServiceError(reading: error)
        }
    }

    /// An object, or an array of something other than records: `[1, "red", null]`.
    private static func isOneRecord(_ element: JSONElement) -> Bool {
        guard element.kind == .array else { return element.kind == .object }
        guard let elements = try? element.elements(), let first = elements.first(where: { _ in true }) else {
            return false
        }
        return first.kind != .array && first.kind != .object
    }

    private static func matrix(
        _ element: JSONElement, width: Int, columnName: (Int) -> String
    ) throws(ServiceError) -> Matrix<Float> {
        do {
            let parsed = try element.floats(columns: width)
            return Matrix(parsed.values, rows: parsed.rows, columns: parsed.columns)
        } catch {
            throw ServiceError(error, columnName: columnName)
        }
    }

    private func checkSize() throws(ServiceError) {
        guard rows <= Self.mostRows else {
            throw .tooLarge(what: "rows in one request", limit: Self.mostRows, got: rows)
        }
        guard rows * plan.numbersPerRow <= Self.mostNumbers else {
            let limit = Self.mostNumbers / plan.numbersPerRow
            throw .tooLarge(what: "rows in one request", limit: limit, got: rows)
        }
        let passes = rows * plan.passesPerRow
        guard passes <= Self.mostPasses else {
            throw .tooLarge(what: "rows × samples", limit: Self.mostPasses, got: passes)
        }
    }
}

// MARK: Tables

extension OperationRequest {
    /// From a table or lines of JSON, all of it in memory.
    init(_ plan: OperationPlan, _ form: MediaForm, table body: [UInt8]) throws(ServiceError) {
        let batch: RecordBatch
        do {
            batch = try Self.read(plan, form, body)
        } catch {
            throw ServiceError(reading: error)
        }
        if batch.count == 0 { throw .emptyInput(field: "the body") }
        self.init(plan, batch, firstRow: 1)
    }

    private static func read(_ plan: OperationPlan, _ form: MediaForm, _ body: [UInt8]) throws -> RecordBatch {
        guard form == .csv else {
            let chunk = RecordChunk(bytes: body, firstRow: 1, firstLine: 1)
            return try TableReading(plan, columns: nil).read(chunk)
        }
        var reader = try CSVReader(
            ArrayBytes(body, pieceSize: max(body.count, 1)), recordLimit: TableReading.recordLimit)
        return try TableReading(plan, columns: reader.columns).read(&reader)
    }

    /// Whether it is more than one job should be; a table is then answered in batches.
    var isHeavy: Bool {
        rows * plan.numbersPerRow > Self.mostNumbers || rows * plan.passesPerRow > Self.mostPasses
    }
}
