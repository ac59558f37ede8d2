import Testing

@testable import Kernels

/// Windows on images to test with: odd sizes, steps and paddings, kernels that reach over both borders, narrow and wide channels.
struct ImageProblem: CustomTestStringConvertible {
    let map: WindowMap
    let rows: Int

    var testDescription: String { "\(map.image) \(map.window) × \(rows)" }

    init(_ height: Int, _ width: Int, _ channels: Int, _ window: Window, rows: Int) {
        let image = ImageShape(height: height, width: width, channels: channels)
        map = WindowMap(image: image, window: window)!
        self.rows = rows
    }

    static let all: [ImageProblem] = [
        ImageProblem(1, 1, 1, Window(kernel: 1), rows: 1),
        ImageProblem(5, 7, 3, Window(kernel: 1), rows: 2),
        ImageProblem(
            3, 4, 5, Window(kernel: Extent(height: 3, width: 4), stride: Extent(1), padding: Extent(0)), rows: 3),
        ImageProblem(28, 28, 1, Window(kernel: 4, stride: 2, padding: 1), rows: 2),
        ImageProblem(7, 5, 4, Window(kernel: 3, stride: 1, padding: 1), rows: 5),
        ImageProblem(6, 9, 17, Window(kernel: 4, stride: 2, padding: 1), rows: 3),
        ImageProblem(5, 5, 33, Window(kernel: 3, stride: 3, padding: 1), rows: 1),
        ImageProblem(2, 3, 2, Window(kernel: 5, stride: 1, padding: 2), rows: 0),
        ImageProblem(2, 3, 2, Window(kernel: 5, stride: 1, padding: 2), rows: 4),
        ImageProblem(
            9, 4, 7,
            Window(
                kernel: Extent(height: 2, width: 3), stride: Extent(height: 3, width: 1),
                padding: Extent(height: 1, width: 1)), rows: 2),
        ImageProblem(8, 8, 16, Window(kernel: 2, stride: 2), rows: 7),
        ImageProblem(6, 5, 1, Window(kernel: 3, stride: 1, padding: 1), rows: 3),
    ]

    func image(seed: UInt64, rows: Int? = nil) -> Matrix<Float> {
        TwinTests.numbers(rows ?? self.rows, map.image.count, seed: seed)
    }

    func columns(seed: UInt64) -> Matrix<Float> {
        TwinTests.numbers(rows * map.output.count, map.columnCount, seed: seed)
    }

    func pooled(seed: UInt64) -> Matrix<Float> {
        TwinTests.numbers(rows, map.output.count * map.image.channels, seed: seed)
    }
}

extension Matrix<Float> {
    var exact: Matrix<Double> { Matrix<Double>(values.map(Double.init), rows: rows, columns: columns) }

    /// A matrix of the shape, full of what a kernel must overwrite.
    static func rubbish(_ rows: Int, _ columns: Int) -> Matrix<Float> {
        let matrix = Matrix(rows: rows, columns: columns)
        matrix.fill(.nan)
        return matrix
    }
}
