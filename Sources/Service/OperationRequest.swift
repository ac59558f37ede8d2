import Answers
import Inference
import JSON
import Kernels
import RecordIO
import VAE

/// A request to a model, parsed and checked as far as it can be without computing.
struct OperationRequest {
    let plan: OperationPlan
    /// `[rows, …]`; without columns for `sample`, but for the place of its level behind each row of a conditional model.
    let input: Matrix<Float>
    /// What the rows were read from; nil for plain vectors, codes and samples.
    let batch: RecordBatch?
    /// Whether the rows are records whose codes are the ends of the path that is asked for.
    let isPathOfRecords: Bool
    /// The number of the first record as its author counts.
    let firstRow: Int
    /// Whether records came by name.
    let namesColumns: Bool
    /// Whether records may have names of their own.
    let hasIDs: Bool

    /// Rows of one request, and the numbers of one answer.
    static let mostRows = 65_536
    static let mostNumbers = 1 << 23
    /// Decoder passes of one score.
    static let mostPasses = 1 << 20

    /// Records by name, or none at all.
    init(
        _ plan: OperationPlan, _ input: Matrix<Float>, isPathOfRecords: Bool = false, namesColumns: Bool = true
    ) {
        (self.plan, self.input, batch) = (plan, input, nil)
        self.isPathOfRecords = isPathOfRecords
        (firstRow, self.namesColumns, hasIDs) = (0, namesColumns, false)
    }

    init(
        _ plan: OperationPlan, _ batch: RecordBatch, firstRow: Int, namesColumns: Bool = true, hasIDs: Bool
    ) throws(ServiceError) {
        (self.plan, self.batch, input) = (plan, batch, try plan.conditioned(batch))
        isPathOfRecords = plan.path != nil
        (self.firstRow, self.namesColumns, self.hasIDs) = (firstRow, namesColumns, hasIDs)
    }

    /// Records, good and bad.
    var rows: Int { batch?.count ?? input.rows }

    /// What is asked of the model first.
    var operation: Operation { isPathOfRecords ? .encode(drawSeed: nil) : plan.operation }

    /// What is asked of it then, if the first answer is only half of the way.
    func next(_ output: InferenceOutput) -> OperationRequest? {
        guard isPathOfRecords, let path = plan.path, case .codes(let mean, _, _) = output else { return nil }
        return OperationRequest(
            plan, plan.conditions.joined(to: path.points(between: mean)), namesColumns: namesColumns)
    }

    /// The whole answer.
    ///
    /// - Throws: `JSONError.notFinite`, which is our own fault.
    func answer(_ output: InferenceOutput, _ form: MediaForm) throws(JSONError) -> [UInt8] {
        // Its size was checked with that of the request.
        if let picture = plan.picture, let bytes = picture.png(output, input: input) { return bytes }
        if let array = plan.array { return array.bytes(output, form == .npy ? .npy : .floats) }
        return try AnswerBody(plan, form, namesColumns: namesColumns, hasIDs: hasIDs).whole(output, batch)
    }

    /// Of an answer that is an array, outermost first; nil for others.
    func shape(_ output: InferenceOutput) -> [Int]? { plan.array?.shape(output) }
}

// MARK: JSON

extension OperationRequest {
    /// From a JSON object.
    init(_ head: OperationHead, json body: [UInt8]) throws(ServiceError) {
        let document: JSONDocument
        do {
            document = try JSONDocument(body, matrix: head.matrixField)
        } catch {
            throw ServiceError(error, columnName: String.init)
        }
        var fields = try RequestFields(document.root)
        let content = try Content(head.verb, &fields)
        var options = RequestOptions(head.query, fields)
        let plan = try OperationPlan(head.verb, head.model, head.answer.form, &options)
        try options.finish()
        self = try Self.request(plan, content)
        try checkSize()
    }

    /// What is computed on.
    private enum Content {
        case latents(JSONElement)
        case latentPath(JSONElement)
        case inputs(JSONElement)
        case records(JSONElement)
        case samples(Int)

        init(_ verb: Route.Verb, _ fields: inout RequestFields) throws(ServiceError) {
            switch verb {
            case .sample: self = .samples(try fields.int("count", in: 1...mostRows) ?? 1)
            case .decode:
                guard let latents = try fields.element("latents") else { throw .missingField(["latents"]) }
                self = .latents(latents)
            case .interpolate:
                if let latents = try fields.element("latents") {
                    self = .latentPath(latents)
                } else {
                    self = try Self.records(&fields, others: ["latents"])
                }
            case .encode, .reconstruct, .score: self = try Self.records(&fields)
            }
        }

        /// - Parameter others: names under which the request may have something else.
        private static func records(_ fields: inout RequestFields, others: [String] = []) throws(ServiceError) -> Self {
            switch (try fields.element("inputs"), try fields.element("records")) {
            case (let inputs?, nil): return .inputs(inputs)
            case (nil, let records?): return .records(records)
            case (nil, nil): throw .missingField(["inputs", "records"] + others)
            case (_?, _?): throw .badField("records", expected: "absent where 'inputs' is given", got: "both")
            }
        }
    }

    private static func request(_ plan: OperationPlan, _ content: Content) throws(ServiceError) -> Self {
        switch content {
        case .samples(let count): return OperationRequest(plan, try plan.conditioned(Matrix(rows: count, columns: 0)))
        case .latents(let latents):
            let width = plan.model.model.network.latentDimension
            let rows = try matrix(latents, width: width, columnName: String.init)
            return OperationRequest(plan, try plan.conditioned(rows))
        case .latentPath(let latents):
            let width = plan.model.model.network.latentDimension
            let ends = try matrix(latents, width: width, columnName: String.init)
            try checkEnds(ends.rows, "latents")
            return OperationRequest(plan, try plan.conditioned(plan.path?.points(between: ends) ?? ends))
        case .inputs(let inputs):
            guard let reading = plan.reading else {
                let width = plan.model.model.recordDimension
                let rows = try matrix(inputs, width: width, columnName: plan.model.columnName)
                if plan.path != nil { try checkEnds(rows.rows, "inputs") }
                return OperationRequest(plan, try plan.conditioned(rows), isPathOfRecords: plan.path != nil)
            }
            return try request(plan, inputs, "inputs", reading, namesColumns: false)
        case .records(let records):
            guard let reading = plan.reading else { throw .noColumns(model: plan.model.name) }
            return try request(plan, records, "records", reading, namesColumns: true)
        }
    }

    /// Several records in an array, or one by itself.
    private static func request(
        _ plan: OperationPlan, _ element: JSONElement, _ field: String, _ reading: RecordReading, namesColumns: Bool
    ) throws(ServiceError) -> Self {
        do {
            let records = try JSONRecords(reading)
            let batch = try isOneRecord(element) ? records.read(record: element) : records.read(element)
            if batch.count == 0 { throw ServiceError.emptyInput(field: field) }
            if plan.path != nil { try checkEnds(batch.count, field) }
            return try OperationRequest(
                plan, batch, firstRow: 0, namesColumns: namesColumns, hasIDs: records.hasIDs)
        } catch {
            throw ServiceError(reading: error)
        }
    }

    private static func checkEnds(_ rows: Int, _ field: String) throws(ServiceError) {
        guard rows == 2 else { throw .badField(field, expected: "two rows, the ends of the path", got: "\(rows)") }
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

    func checkSize() throws(ServiceError) {
        let rows = max(rows, plan.path?.steps ?? 0)  // of the answer
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
        try checkPicture()
    }

    private func checkPicture() throws(ServiceError) {
        let images = plan.path?.steps ?? rows
        guard let picture = plan.picture, picture.grid(rows: images) == nil else { return }
        throw .pictureTooLarge(images: images)
    }
}
