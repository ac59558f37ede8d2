import DataFiles
import Kernels

/// What one thread does in one go.
enum Piece: Sendable {
    case text(RecordChunk)
    /// Rows that are numbers already, and the place of the first among all, from 0.
    case rows(Matrix<Float>, first: Int)
    /// The input ends with this.
    case failure(BulkError)
}

/// Where pieces come from, in order.
protocol PieceSource: AnyObject {
    /// - Returns: nil at the end.
    func next() throws(DataFileError) -> Piece?
}

final class TablePieces: PieceSource {
    private var chunks: CSVChunks
    let columns: [String]

    init(_ source: any ByteSource, chunkSize: Int) throws(DataFileError) {
        chunks = try CSVChunks(source, chunkSize: chunkSize)
        columns = chunks.columns
    }

    func next() throws(DataFileError) -> Piece? { try chunks.next().map { .text($0) } }
}

final class LinePieces: PieceSource {
    private var chunks: LineChunks

    init(_ source: any ByteSource, chunkSize: Int) {
        chunks = LineChunks(source, chunkSize: chunkSize)
    }

    func next() throws(DataFileError) -> Piece? { try chunks.next().map { .text($0) } }
}

/// Images with their pixels as numbers in [0, 1].
final class ImagePieces: PieceSource {
    private let file: IDXFile
    private let width: Int
    private var place = 0

    init(_ file: IDXFile) {
        self.file = file
        width = file.dimensions.dropFirst().reduce(1, *)
    }

    /// Pixels of one image.
    var imageSize: Int { width }

    /// Images in all.
    var count: Int { file.dimensions[0] }

    func next() -> Piece? {
        let rows = min(RowPieces.size, count - place)
        guard rows > 0 else { return nil }
        defer { place += rows }
        return .rows(self.rows(place..<place + rows), first: place)
    }

    func rows(_ range: Range<Int>) -> Matrix<Float> {
        let pixels = file.bytes[range.lowerBound * width..<range.upperBound * width].map { Float($0) / 255 }
        return Matrix(pixels, rows: range.count, columns: width)
    }
}

/// All of a small input.
final class OnePiece: PieceSource {
    private var piece: Piece?

    init(_ piece: Piece) {
        self.piece = piece
    }

    func next() -> Piece? { piece.take() }
}

/// Rows without any input.
final class RowPieces: PieceSource {
    static let size = 128
    private let count: Int
    private var place = 0

    init(count: Int) {
        self.count = count
    }

    func next() -> Piece? {
        let rows = min(Self.size, count - place)
        guard rows > 0 else { return nil }
        defer { place += rows }
        return .rows(Matrix(rows: rows, columns: 0), first: place)
    }
}
