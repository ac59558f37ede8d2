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

    /// The first rows of IDX images, at most `count`, or the one of a PNG.
    static func rows(_ path: String, _ shape: PictureShape, count: Int) throws(BulkError) -> Matrix<Float> {
        switch try reading({ () throws(DataFileError) in try DataFile.kind(of: path) }) {
        case .png: return try row(path, shape)
        case .text: throw .notImages
        case .idx: break
        }
        let images = ImagePieces(try reading { () throws(DataFileError) in try IDXFile(path) })
        guard images.imageSize == shape.count else {
            throw .imageSize(expected: shape.count, got: images.imageSize)
        }
        guard images.count > 0 else { throw .data(.noRecords) }
        return images.rows(0..<min(count, images.count))
    }

    private static func reading<Value>(
        _ body: () throws(DataFileError) -> Value
    ) throws(BulkError) -> Value {
        do throws(DataFileError) { return try body() } catch { throw .data(error) }
    }
}
