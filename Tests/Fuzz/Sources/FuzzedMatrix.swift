import JSON

/// A matrix of a document, read from its text and through the tape.
enum FuzzedMatrix {
    /// Both ways tell the same, of the numbers to the bit, or of what is wrong with them.
    static func check(_ bytes: [UInt8]) {
        for key in ["inputs", "latents"] {
            let document = padded(bytes)
            for columns in [nil, 784] {
                precondition(
                    outcome(key, columns) { () throws(JSONError) in try JSONDocument(document, matrix: key) }
                        == outcome(key, columns) { () throws(JSONError) in try JSONDocument(bytes) },
                    "another when read from the text")
            }
        }
    }

    /// With the room that parsing in place needs, filled with what looks like more of the document.
    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        var padded = bytes
        padded.reserveCapacity(bytes.count + 64)
        padded += [UInt8](repeating: bytes.last ?? 0, count: 64)
        padded.removeLast(64)
        return padded
    }

    private struct Outcome: Equatable {
        var shape: [Int] = []
        var bits: [UInt32] = []
        var error: JSONError?
    }

    private static func outcome(
        _ key: String, _ columns: Int?, _ document: () throws(JSONError) -> JSONDocument
    ) -> Outcome {
        do throws(JSONError) {
            let matrix = try document().root.member(key).floats(columns: columns)
            return Outcome(shape: [matrix.rows, matrix.columns], bits: matrix.values.map(\.bitPattern))
        } catch {
            return Outcome(error: error)
        }
    }
}
