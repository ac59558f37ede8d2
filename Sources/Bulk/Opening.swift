import Answers
import DataFiles
import Inference
import RecordIO
import Records
import VAE

/// Looks at the start of an input: what it is written in, what its columns are.
struct Opening {
    let model: TrainedModel
    let options: BulkOptions
    let source: any ByteSource
    let chunkSize: Int

    typealias Result = (pieces: any PieceSource, reading: PieceReading?, hasIDs: Bool, conditions: RowConditions)

    func images(_ path: String) throws(BulkError) -> Result {
        let images: ImagePieces
        do throws(DataFileError) { images = ImagePieces(try IDXFile(path)) } catch { throw .data(error) }
        guard images.imageSize == width else { throw .imageSize(expected: width, got: images.imageSize) }
        return (images, nil, false, try options.levels.conditions(model, rows: images.count))
    }

    func picture(_ path: String) throws(BulkError) -> Result {
        guard !isLatent else { throw .pictureOfCodes }
        guard let shape = model.pictureShape else { throw .noImages }
        let conditions = try options.levels.conditions(model, rows: 1)
        return (OnePiece(.rows(try PictureFile.row(path, shape), first: 0)), nil, false, conditions)
    }

    func text() throws(BulkError) -> Result {
        let conditions = try textConditions()
        do {
            let bytes = try DataFile.decompressed(source, limit: .max)
            let (format, text) = try InputFormat.guess(bytes)
            switch options.inputFormat ?? format {
            case .csv: return try table(TablePieces(text, chunkSize: chunkSize), conditions)
            case .ndjson: return try lines(LinePieces(text, chunkSize: chunkSize), conditions)
            }
        } catch let error as DataFileError {
            throw .data(error)
        } catch let error as RecordError {
            throw .columns(error)
        } catch {
            preconditionFailure("opening threw \(error)")
        }
    }

    /// Whether records hold their level themselves.
    private var holdsLevels: Bool {
        !isLatent && model.labelledSchema != nil && options.levels == LevelChoice()
    }

    private func textConditions() throws(BulkError) -> RowConditions {
        holdsLevels ? .none : try options.levels.conditions(model, rows: nil)
    }

    /// The columns that records are read by; nil for vectors.
    private var schema: Schema? {
        if isLatent { return nil }
        return holdsLevels ? model.labelledSchema : model.schema
    }

    private var isLatent: Bool { options.operation.inputKind == .latent }

    /// Numbers of one row of the input.
    private var width: Int { isLatent ? model.network.latentDimension : model.recordDimension }

    private var support: VectorRecords.Support {
        isLatent ? .anyNumber : model.network.architecture.likelihood.support
    }

    /// Bad rows are always kept with the others: those before the first are answered whatever the policy.
    private func reading(_ schema: Schema) -> RecordReading {
        var keepsObserved = options.operation == .reconstruct
        if case .score(let settings) = options.operation { keepsObserved = settings.explains }
        return RecordReading(
            schema, idColumn: options.idColumn, keepsObserved: keepsObserved, policy: .skip, endsInLevel: holdsLevels)
    }

    private func table(_ pieces: TablePieces, _ conditions: RowConditions) throws(RecordError) -> Result {
        let columns = pieces.columns
        guard let schema else {
            let records = try VectorRecords(
                header: columns, width: width, support: support, idColumn: options.idColumn)
            return (pieces, .vectorTable(records, columns: columns), records.hasIDs, conditions)
        }
        let records = try CSVRecords(header: columns, reading(schema))
        return (pieces, .table(records, columns: columns), records.hasIDs, conditions)
    }

    private func lines(_ pieces: LinePieces, _ conditions: RowConditions) throws(RecordError) -> Result {
        guard let schema else {
            return (pieces, .vectorLines(VectorRecords(width: width, support: support)), false, conditions)
        }
        let records = try JSONRecords(reading(schema))
        return (pieces, .lines(records), records.hasIDs, conditions)
    }
}
