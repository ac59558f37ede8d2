import Answers
import DataFiles
import Inference
import Kernels
import Pictures
import RecordIO
import VAE

// Bodies that hold nothing but records.

extension OperationRequest {
    /// From a table or lines of JSON, all of it in memory.
    init(_ plan: OperationPlan, _ form: MediaForm, table body: [UInt8]) throws(ServiceError) {
        let (batch, hasIDs): (RecordBatch, Bool)
        do {
            (batch, hasIDs) = try Self.read(plan, form, body)
        } catch {
            throw ServiceError(reading: error)
        }
        if batch.count == 0 { throw .emptyInput(field: "the body") }
        try self.init(plan, batch, firstRow: 1, hasIDs: hasIDs)
    }

    private static func read(
        _ plan: OperationPlan, _ form: MediaForm, _ body: [UInt8]
    ) throws -> (batch: RecordBatch, hasIDs: Bool) {
        guard form == .csv else {
            let reading = try TableReading(plan, columns: nil)
            return (try reading.read(RecordChunk(bytes: body, firstRow: 1, firstLine: 1)), reading.hasIDs)
        }
        var reader = try CSVReader(
            ArrayBytes(body, pieceSize: max(body.count, 1)), recordLimit: TableReading.recordLimit)
        let reading = try TableReading(plan, columns: reader.columns)
        return (try reading.read(&reader), reading.hasIDs)
    }

    /// Whether it is more than one job should be; a table is then answered in batches.
    var isHeavy: Bool {
        rows * plan.numbersPerRow > Self.mostNumbers || rows * plan.passesPerRow > Self.mostPasses
    }
}

extension OperationRequest {
    /// From a body that is held and no table.
    init(_ head: OperationHead, _ body: [UInt8]) throws(ServiceError) {
        switch head.bodyForm {
        case .png: try self.init(head, png: body)
        case .floats: try self.init(head, array: RowBytes(floats: body, head))
        case .npy: try self.init(head, array: RowBytes(npy: body, head))
        case .json, .csv, .ndjson: try self.init(head, json: body)
        }
    }

    /// From rows of numbers.
    private init(_ head: OperationHead, array: RowBytes) throws(ServiceError) {
        let plan = try head.tablePlan()
        self.init(plan, try plan.conditioned(array.matrix()))
        try checkSize()
    }

    /// From a PNG: one record.
    init(_ head: OperationHead, png body: [UInt8]) throws(ServiceError) {
        guard let shape = head.model.model.pictureShape else { throw .noImages(model: head.model.name) }
        let plan = try head.tablePlan()
        let pixels: [Float]
        do {
            pixels = try shape.values(png: body)
        } catch {
            throw .picture(error)
        }
        self.init(plan, try plan.conditioned(Matrix(pixels)))
        try checkSize()
    }
}
