/// Cuts rows of images into blocks whose columns stay in the second-level cache between unfolding and the product. The shape alone
/// decides how many images a block has.
struct ImageBlocks {
    /// 256 KiB of `Float`.
    private static var columnNumbers: Int { 65_536 }

    /// Images in one block.
    let size: Int
    private let map: WindowMap

    init(_ map: WindowMap) {
        self.map = map
        size = max(1, Self.columnNumbers / (map.output.count * map.columnCount))
    }

    /// Room for the columns of one block, and for as many other numbers.
    func makeColumns<Scalar: KernelScalar>(room: Int) -> Matrix<Scalar> {
        let rows = (room + map.columnCount - 1) / map.columnCount
        return Matrix(rows: max(size * map.output.count, rows), columns: map.columnCount)
    }

    /// Calls with each block of `rows` images, and with the rows of a matrix that has one for each window.
    func forEach(_ rows: Int, _ body: (_ images: Range<Int>, _ windows: Range<Int>) -> Void) {
        for start in stride(from: 0, to: rows, by: size) {
            let end = min(start + size, rows)
            body(start..<end, start * map.output.count..<end * map.output.count)
        }
    }
}

extension Matrix {
    /// The same numbers as rows of another length.
    package func reshaped(columns: Int) -> Matrix {
        precondition(count % columns == 0)
        return slice(from: 0, rows: count / columns, columns: columns)
    }

    /// Overwrites one row with the sums of the columns of `[rows · places, channels]`: first over the lines of `width` places, then over
    /// the places of a line, so that images of one channel fill vectors too.
    func channelSums(width: Int, into sums: Matrix) {
        let lines = reshaped(columns: width * sums.count)
        let partial = Matrix(rows: 1, columns: lines.columns)
        Scalar.columnSums(lines, into: partial)
        Scalar.columnSums(partial.reshaped(columns: sums.count), into: sums)
    }
}
