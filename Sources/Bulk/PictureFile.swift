import DataFiles
import Kernels
import Pictures

/// Images from files.
enum PictureFile {
    /// More bytes than any picture that is read has, uncompressed.
    private static let limit = 256 << 20

    /// The one row of a PNG.
    static func row(_ path: String, _ shape: PictureShape) throws(BulkError) -> Matrix<Float> {
        let bytes = try reading { () throws(DataFileError) in try DataFile.read(path, limit: limit) }
        do throws(PNGError) { return Matrix(try shape.values(png: bytes)) } catch { throw .picture(error) }
    }

    /// The first rows of IDX images, at most `count`, or the one of a PNG; and how many there are in the file.
    ///
    /// - Parameter check: throws where so many as there are are too many; called before there is memory for them.
    static func rows(
        _ path: String, _ shape: PictureShape, count: Int, check: (Int) throws(BulkError) -> Void
    ) throws(BulkError) -> (rows: Matrix<Float>, count: Int) {
        guard path != "-" else { throw .pictureFromStandardInput }
        switch try reading({ () throws(DataFileError) in try DataFile.kind(of: path) }) {
        case .png:
            try check(1)
            return (try row(path, shape), 1)
        case .text: throw .notImages
        case .idx: break
        }
        let images = ImagePieces(try reading { () throws(DataFileError) in try IDXFile(path) })
        guard images.imageSize == shape.count else {
            throw .imageSize(expected: shape.count, got: images.imageSize)
        }
        guard images.count > 0 else { throw .data(.noRecords) }
        let shown = min(count, images.count)
        try check(shown)
        return (images.rows(0..<shown), images.count)
    }

    private static func reading<Value>(
        _ body: () throws(DataFileError) -> Value
    ) throws(BulkError) -> Value {
        do throws(DataFileError) { return try body() } catch { throw .data(error) }
    }
}
