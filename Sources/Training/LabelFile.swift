import DataFiles
import VAE

/// The labels of images: IDX bytes, one for each image, such as MNIST's `train-labels-idx1-ubyte`.
struct LabelFile {
    let condition: ConditionSpecification
    /// Of each image the place of its level.
    let places: [Int]

    /// - Parameter rows: how many labels there must be.
    /// - Throws: `DataFileError`; `TrainingError.labels` for another number of them, or for levels that are none.
    init(_ path: String, rows: Int) throws {
        let file = try IDXFile(path)
        guard file.dimensions == [rows] else {
            throw TrainingError.labels(
                file: path, "it has the shape \(file.dimensions); expected \([rows]), one for each image")
        }
        // In the order of the bytes, as decimal numbers.
        let bytes = (UInt8.min...UInt8.max).filter(Set(file.bytes).contains)
        do {
            condition = try ConditionSpecification(levels: bytes.map { "\($0)" })
        } catch {
            throw TrainingError.labels(file: path, "\(error)")
        }
        var places: [UInt8: Int] = [:]
        for (place, byte) in bytes.enumerated() { places[byte] = place }
        self.places = file.bytes.map { places[$0] ?? 0 }
    }
}
