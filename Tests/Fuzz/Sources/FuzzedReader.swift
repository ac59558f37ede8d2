import DataFiles
import JSON
import NumPy
import Safetensors

@testable import ModelStorage
@testable import Pictures

/// The readers of bytes that come from outside. Each may refuse what it is given; it may not crash, hang, or say two things of the same bytes.
enum FuzzedReader: String, CaseIterable {
    case json, infer, csv, ndjson, npy, safetensors, model, idx, png

    func read(_ bytes: [UInt8]) {
        switch self {
        case .json:
            FuzzedService.shared.post(json: bytes)
            FuzzedMatrix.check(bytes)
        case .infer: FuzzedService.shared.infer(bytes)
        case .csv:
            FuzzedService.shared.post(bytes, type: "text/csv")
            Table.check(csv: bytes)
        case .ndjson:
            FuzzedService.shared.post(bytes, type: "application/x-ndjson")
            Table.check(lines: bytes)
        case .npy:
            FuzzedService.shared.post(array: bytes)
            Self.npy(bytes)
        case .safetensors: Self.safetensors(bytes)
        case .model: Self.model(bytes)
        case .idx: Self.idx(bytes)
        case .png:
            Self.png(bytes)
            Self.png(PNGChunks.repaired(bytes))
        }
    }

    /// Every tensor as every type.
    private static func safetensors(_ bytes: [UInt8]) {
        guard let file = try? SafetensorsFile(bytes: bytes) else { return }
        for name in file.names {
            let count = (try? file.shape(of: name))?.reduce(1, *)
            if let tensor = try? file.float32(name) { precondition(tensor.elements.count == count) }
            if let tensor = try? file.float64(name) { precondition(tensor.elements.count == count) }
            if let tensor = try? file.int64(name) { precondition(tensor.elements.count == count) }
            if let tensor = try? file.uint8(name) { precondition(tensor.elements.count == count) }
        }
    }

    /// What is read in C's order can be written, and is read again as the same; the numbers are all there.
    private static func npy(_ bytes: [UInt8]) {
        guard let array = try? NPYArray(bytes) else { return }
        precondition(array.content.upperBound == bytes.count, "bytes behind the numbers")
        guard !array.isColumnMajor else { return }
        let header = NPYArray.header(array.element, shape: array.shape)
        guard let again = try? NPYArray(header + bytes[array.content]) else { fatalError("cannot be read again") }
        precondition(again.element == array.element && again.shape == array.shape, "another when read again")
        precondition(again.content.count == array.content.count && !again.isColumnMajor, "another when read again")
    }

    /// What is read can be written, and is read again as the same.
    private static func model(_ bytes: [UInt8]) {
        guard let description = try? ModelDescription(json: bytes), let written = try? description.json() else {
            return
        }
        guard let again = try? ModelDescription(json: written) else { fatalError("cannot be read again") }
        precondition(again == description, "another when read again")
    }

    /// The same whatever the pieces; a file that is gzipped too.
    private static func idx(_ bytes: [UInt8]) {
        let limit = 1 << 20
        let whole = try? IDXFile(ArrayBytes(bytes), limit: limit)
        let pieces = try? IDXFile(ArrayBytes(bytes, pieceSize: 3), limit: limit)
        precondition(whole == pieces, "another in pieces")
        if let source = try? DataFile.decompressed(ArrayBytes(bytes, pieceSize: 5), limit: limit) {
            _ = try? IDXFile(source, limit: limit)
        }
    }

    /// What is read can be written, and is read again as the same.
    private static func png(_ bytes: [UInt8]) {
        _ = PictureShape([28, 28]).flatMap { try? $0.values(png: bytes) }
        guard let header = try? PNGHeader(bytes), header.size.width * header.size.height <= 1 << 16 else { return }
        guard let picture = try? Picture(png: bytes) else { return }
        guard let again = try? Picture(png: picture.png()) else { fatalError("cannot be read again") }
        precondition(again == picture, "another when read again")
    }
}
