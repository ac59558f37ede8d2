import Kernels

/// What a row of plain numbers, such as the pixels of an image, costs in a code that knows nothing but the row itself.
///
/// Each number is foretold from those already sent beside and above it. A picture that is plain by itself costs little whatever a
/// model makes of it, so a likelihood says more when it is held against this.
///
/// - Binary rows: each pixel after the six around it, counted along the row, with ½ added to each count:
///   −Σ log (n(x, c) + ½) / (n(c) + 1). Source: Krichevsky and Trofimov 1981.
/// - Other rows: a normal density around the median edge detector's forecast, as wide as the row's own errors:
///   ½ n (log 2π s² + e²/s²) with s² = 0.05² + e², where e² is the mean square of the errors.
///   Source of the forecast: Weinberger, Seroussi and Sapiro 2000, "LOCO-I".
struct VectorCode: Sendable {
    enum Form: Equatable, Sendable {
        /// 0 or 1; more than ½ is taken for 1.
        case binary
        case density
    }

    private static let contextSize = 6
    /// As little as a learned σ usually is.
    private static let leastVariance = 0.0025

    private let form: Form
    private let count: Int
    /// The places before each number that its context is made of, `[count, contextSize]`; `count` where there is none.
    private let before: [Int]

    /// - Parameter shape: of one row, such as `[28, 28]`; the last two are height and width, or the last of three a few channels.
    init(shape: [Int], form: Form) {
        self.form = form
        count = shape.reduce(1, *)
        let grid = Grid(shape)
        before = (0..<count).flatMap { grid.before($0) }.map { [count] in $0 ?? count }
    }

    /// - Parameter row: `[1, count]`
    func nats(_ row: Matrix<Float>) -> Double {
        precondition(row.count == count)
        return row.withSpan { form == .binary ? binaryNats($0) : densityNats($0) }
    }

    private func binaryNats(_ x: Span<Float>) -> Double {
        // One more, which stays 0, for places outside the row.
        var bits = [Int](repeating: 0, count: count + 1)
        var counts = [Double](repeating: 0.5, count: 2 << Self.contextSize)
        var (nats, product) = (0.0, 1.0)
        for i in 0..<count {
            var context = 0
            for k in 0..<Self.contextSize { context = 2 * context + bits[before[Self.contextSize * i + k]] }
            bits[i] = x[i] > 0.5 ? 1 : 0
            product *= counts[2 * context + bits[i]] / (counts[2 * context] + counts[2 * context + 1])
            counts[2 * context + bits[i]] += 1
            // A logarithm of many at once.
            if product < 1e-200 {
                nats -= ExactMath.log(product)
                product = 1
            }
        }
        return nats - ExactMath.log(product)
    }

    private func densityNats(_ x: Span<Float>) -> Double {
        var squares = 0.0
        for i in 0..<count {
            func value(_ k: Int) -> Double {
                let place = before[Self.contextSize * i + k]
                return place < count ? Double(x[place]) : 0
            }
            let error = Double(x[i]) - Self.forecast(left: value(0), above: value(1), corner: value(2))
            squares += error * error / Double(count)
        }
        let variance = Self.leastVariance + squares
        let halfLog = ExactMath.halfLogTwoPi + 0.5 * ExactMath.log(variance)
        return Double(count) * (halfLog + 0.5 * squares / variance)
    }

    /// The median of left, above and left + above − corner.
    private static func forecast(left: Double, above: Double, corner: Double) -> Double {
        let (low, high) = (min(left, above), max(left, above))
        return corner >= high ? low : corner <= low ? high : left + above - corner
    }
}

extension VectorCode {
    /// Where the numbers of a row lie beside each other.
    struct Grid {
        private let height: Int
        private let width: Int
        private let channels: Int

        /// Left, above and the corner between them first.
        private static let steps = [(0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2), (-2, 0)]

        init(_ shape: [Int]) {
            let hasChannelsLast = shape.count == 3 && shape[2] <= 4 && shape[0] > 4
            channels = hasChannelsLast ? shape[2] : 1
            let plane = hasChannelsLast ? Array(shape.dropLast()) : shape
            (height, width) = (plane.count > 1 ? plane[plane.count - 2] : 1, plane.last ?? 1)
        }

        /// The six places that a place comes after; nil for one outside its plane.
        func before(_ place: Int) -> [Int?] {
            let (x, y) = (place / channels % width, place / channels / width % height)
            return Self.steps.map { down, right in
                guard (0..<height).contains(y + down), (0..<width).contains(x + right) else { return nil }
                return place + (down * width + right) * channels
            }
        }
    }
}
