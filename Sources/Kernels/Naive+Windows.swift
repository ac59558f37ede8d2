/// Windows over images `[height, width, channels]`, as the formulas that `KernelScalar` states.
extension Naive {
    /// Calls with each row, the number of each window in all rows, its kernel tap and the tap's place in the image, if inside.
    private static func forEachTap(
        _ rows: Int, _ map: WindowMap, _ body: (_ row: Int, _ window: Int, _ tap: Int, _ place: Int?) -> Void
    ) {
        var window = 0
        for row in 0..<rows {
            for i in 0..<map.output.height {
                for j in 0..<map.output.width {
                    for tap in 0..<map.window.kernel.count { body(row, window, tap, place(map, i, j, tap)) }
                    window += 1
                }
            }
        }
    }

    private static func place(_ map: WindowMap, _ i: Int, _ j: Int, _ tap: Int) -> Int? {
        let window = map.window
        let y = i * window.stride.height - window.padding.height + tap / window.kernel.width
        let x = j * window.stride.width - window.padding.width + tap % window.kernel.width
        let isInside = y >= 0 && y < map.image.height && x >= 0 && x < map.image.width
        return isInside ? y * map.image.width + x : nil
    }

    package static func unfold(_ x: Matrix<Scalar>, _ map: WindowMap, into columns: Matrix<Scalar>) {
        let channels = map.image.channels
        forEachTap(x.rows, map) { row, window, tap, place in
            for c in 0..<channels {
                columns[window, tap * channels + c] = place.map { x[row, $0 * channels + c] } ?? 0
            }
        }
    }

    package static func fold(
        _ columns: Matrix<Scalar>, _ map: WindowMap, bias: Matrix<Scalar>?, into x: Matrix<Scalar>
    ) {
        let channels = map.image.channels
        for i in 0..<x.count { x[i] = bias.map { $0[i % channels] } ?? 0 }
        forEachTap(x.rows, map) { row, window, tap, place in
            guard let place else { return }
            for c in 0..<channels { x[row, place * channels + c] += columns[window, tap * channels + c] }
        }
    }

    /// The place in the image of the largest number of each window and channel.
    private static func largest(_ x: Matrix<Scalar>, _ map: WindowMap) -> [Int] {
        let channels = map.image.channels
        var best = [Int?](repeating: nil, count: x.rows * map.output.count * channels)
        forEachTap(x.rows, map) { row, window, _, place in
            guard let place else { return }
            for c in 0..<channels {
                let candidate = place * channels + c
                let old = best[window * channels + c]
                if let old, !(x[row, candidate] > x[row, old]), !x[row, candidate].isNaN { continue }
                best[window * channels + c] = candidate
            }
        }
        return best.compactMap(\.self)
    }

    package static func maxPool(_ x: Matrix<Scalar>, _ map: WindowMap, into y: Matrix<Scalar>) {
        let best = largest(x, map)
        for i in 0..<y.count { y[i] = x[i / y.columns, best[i]] }
    }

    package static func maxPoolBackward(
        _ x: Matrix<Scalar>, _ map: WindowMap, _ dy: Matrix<Scalar>, into dx: Matrix<Scalar>
    ) {
        let best = largest(x, map)
        dx.fill(0)
        for i in 0..<dy.count { dx[i / dy.columns, best[i]] += dy[i] }
    }

    package static func averagePool(_ x: Matrix<Scalar>, _ map: WindowMap, into y: Matrix<Scalar>) {
        let channels = map.image.channels
        y.fill(0)
        forEachTap(x.rows, map) { row, window, _, place in
            guard let place else { return }
            for c in 0..<channels { y[window * channels + c] += x[row, place * channels + c] }
        }
        for i in 0..<y.count { y[i] /= Scalar(map.window.kernel.count) }
    }

    package static func averagePoolBackward(_ map: WindowMap, _ dy: Matrix<Scalar>, into dx: Matrix<Scalar>) {
        let channels = map.image.channels
        dx.fill(0)
        forEachTap(dx.rows, map) { row, window, _, place in
            guard let place else { return }
            for c in 0..<channels {
                dx[row, place * channels + c] += dy[window * channels + c] / Scalar(map.window.kernel.count)
            }
        }
    }

    /// Calls with the index of each number of the larger images and that of the smaller ones that it repeats.
    private static func forEachRepeat(_ rows: Int, _ shape: ImageShape, factor: Int, _ body: (Int, Int) -> Void) {
        let line = shape.width * factor * shape.channels
        for i in 0..<rows * shape.count * factor * factor {
            let (y, x, c) = (i / line / factor, i % line / shape.channels / factor, i % shape.channels)
            body(i, (y * shape.width + x) * shape.channels + c)
        }
    }

    package static func upsample(_ x: Matrix<Scalar>, _ shape: ImageShape, factor: Int, into y: Matrix<Scalar>) {
        forEachRepeat(x.rows, shape, factor: factor) { y[$0] = x[$1] }
    }

    package static func upsampleBackward(
        _ dy: Matrix<Scalar>, _ shape: ImageShape, factor: Int, into dx: Matrix<Scalar>
    ) {
        dx.fill(0)
        forEachRepeat(dx.rows, shape, factor: factor) { dx[$1] += dy[$0] }
    }

    package static func channelsFirst(_ x: Matrix<Scalar>, channels: Int, into y: Matrix<Scalar>) {
        let places = x.columns / channels
        for row in 0..<x.rows {
            for p in 0..<places { for c in 0..<channels { y[row, c * places + p] = x[row, p * channels + c] } }
        }
    }

    package static func channelsLast(_ x: Matrix<Scalar>, channels: Int, into y: Matrix<Scalar>) {
        channelsFirst(x, channels: x.columns / channels, into: y)
    }
}
