/// A small chart of curves over epochs, as SVG text.
struct LineChart {
    struct Curve {
        let name: String
        let color: String
        /// One for each epoch, from epoch 1.
        let values: [Double]
    }

    let title: String
    let curves: [Curve]

    private static let (width, height) = (640.0, 300.0)
    private static let (left, right, top, bottom) = (70.0, 30.0, 40.0, 45.0)

    /// - Parameter y: where the chart begins in the drawing.
    func svg(y offset: Double) -> String {
        let range = verticalRange
        var parts = ["<g transform=\"translate(0,\(offset))\">", text(Self.left, 24, title, anchor: "start", size: 15)]
        parts += grid(range)
        for (i, curve) in curves.enumerated() {
            parts.append(polyline(curve, range))
            parts.append(
                text(Self.left + 12 + Double(i) * 130, Self.height - 6, curve.name, anchor: "start", fill: curve.color))
        }
        return (parts + ["</g>"]).joined(separator: "\n")
    }

    static func document(_ charts: [LineChart]) -> String {
        let total = height * Double(charts.count)
        let body = charts.enumerated().map { $1.svg(y: Double($0) * height) }.joined(separator: "\n")
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(total))" \
            viewBox="0 0 \(Int(width)) \(Int(total))" font-family="sans-serif">
            <rect width="100%" height="100%" fill="white"/>
            \(body)
            </svg>

            """
    }

    /// From the 5th percentile up, so that the first epochs do not flatten the rest.
    private var verticalRange: ClosedRange<Double> {
        let sorted = curves.flatMap(\.values).sorted()
        guard let largest = sorted.last else { return 0...1 }
        let low = sorted[sorted.count / 20]
        let margin = max((largest - low) * 0.05, 1e-9 * max(1, abs(largest)))
        return low - margin...largest + margin
    }

    private func grid(_ range: ClosedRange<Double>) -> [String] {
        let epochs = curves.map(\.values.count).max() ?? 1
        var parts: [String] = []
        for step in 0...4 {
            let value = range.lowerBound + (range.upperBound - range.lowerBound) * Double(step) / 4
            let y = vertical(value, range)
            parts.append(
                "<line x1=\"\(Self.left)\" x2=\"\(Self.width - Self.right)\" y1=\"\(y)\" y2=\"\(y)\" stroke=\"#ddd\"/>")
            parts.append(text(Self.left - 8, y + 4, Self.rounded(value), anchor: "end"))
            let epoch = 1 + (epochs - 1) * step / 4
            parts.append(
                text(horizontal(epoch - 1, epochs), Self.height - Self.bottom + 18, "\(epoch)", anchor: "middle"))
        }
        return parts
    }

    private func polyline(_ curve: Curve, _ range: ClosedRange<Double>) -> String {
        let points = curve.values.enumerated().map { i, value in
            let clamped = min(max(value, range.lowerBound), range.upperBound)
            return "\(horizontal(i, curve.values.count)),\(vertical(clamped, range))"
        }
        return
            "<polyline fill=\"none\" stroke=\"\(curve.color)\" stroke-width=\"1.5\" points=\"\(points.joined(separator: " "))\"/>"
    }

    private func horizontal(_ index: Int, _ count: Int) -> Double {
        let share = count > 1 ? Double(index) / Double(count - 1) : 0.5
        return Self.tenths(Self.left + share * (Self.width - Self.left - Self.right))
    }

    private func vertical(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        return Self.tenths(Self.height - Self.bottom - share * (Self.height - Self.top - Self.bottom))
    }

    private func text(
        _ x: Double, _ y: Double, _ content: String, anchor: String, size: Int = 12, fill: String = "#333"
    ) -> String {
        let escaped = content.map { ["<": "&lt;", "&": "&amp;"][$0] ?? String($0) }.joined()
        return
            "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\" font-size=\"\(size)\" fill=\"\(fill)\">\(escaped)</text>"
    }

    private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    /// Two decimals, or none for large numbers; the largest, which no `Int` holds, as they are.
    private static func rounded(_ value: Double) -> String {
        if abs(value) >= 1e15 { return "\(value)" }
        return abs(value) >= 1000 ? "\(Int(value.rounded()))" : "\((value * 100).rounded() / 100)"
    }
}
