import Kernels

/// Some points, and the distance of others to the nearest of them.
package struct NeighbourIndex: Sendable {
    private static let neighbours = 5

    private let points: PackedMatrix<Float>
    private let halfSquares: [Float]
    private let count: Int

    /// - Parameter points: `[count, width]`
    package init(_ points: Matrix<Float>) {
        count = points.rows
        // A product with the points as weights gives x · p; the bias −½ |p|² makes the largest product the nearest point.
        let halves = Matrix<Float>(rows: 1, columns: points.rows)
        for i in 0..<points.rows { halves[i] = Float(-0.5 * Float.sumOfSquares(points.rows(i..<i + 1))) }
        halfSquares = halves.values
        self.points = PackedMatrix(inputs: points.columns, outputs: points.rows)
        Float.pack(transposing: points, bias: halves, into: self.points)
    }

    /// The mean distance of each row to its five nearest points.
    package func distances(_ x: Matrix<Float>) -> [Double] {
        let rows = Evaluator<Float>.mostBlockRows
        let products = Matrix<Float>(rows: min(rows, x.rows), columns: count)
        var distances: [Double] = []
        distances.reserveCapacity(x.rows)
        for start in stride(from: 0, to: x.rows, by: rows) {
            let block = x.rows(start..<min(start + rows, x.rows))
            let product = products.prefix(block.rows)
            Float.product(block, points, .identity, into: product)
            for row in 0..<block.rows {
                let square = Float.sumOfSquares(block.rows(row..<row + 1))
                distances.append(meanDistance(product.rows(row..<row + 1), square: square))
            }
        }
        return distances
    }

    /// |x − p|² = |x|² − 2 (x · p − ½ |p|²), for the five largest products.
    private func meanDistance(_ products: Matrix<Float>, square: Double) -> Double {
        let nearest = products.withSpan { Self.largest($0) }
        let found = nearest.prefix(min(count, Self.neighbours))
        return found.reduce(0) { $0 + max(0, square - 2 * Double($1)).squareRoot() } / Double(found.count)
    }

    /// The five largest numbers, in falling order.
    private static func largest(_ products: Span<Float>) -> [Float] {
        var nearest = [Float](repeating: -.infinity, count: neighbours)
        var least = -Float.infinity
        for i in products.indices where products[i] > least {
            var place = neighbours - 1
            while place > 0, nearest[place - 1] < products[i] {
                nearest[place] = nearest[place - 1]
                place -= 1
            }
            nearest[place] = products[i]
            least = nearest[neighbours - 1]
        }
        return nearest
    }
}
