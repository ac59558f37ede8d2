/// Writes metrics in Prometheus' text format 0.0.4.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
struct MetricsWriter {
    enum Kind: String {
        case counter, gauge, histogram, summary
    }

    typealias Labels = [(name: String, value: String)]

    private(set) var bytes: [UInt8] = []

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All samples of one name, which stand together.
    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ write: (inout Family) -> Void) {
        append("# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(kind.rawValue)\n")
        var family = Family(writer: self, name: name)
        bytes = []  // the family has the only reference now
        write(&family)
        self = family.writer
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    static func escaped(_ text: String, quotes: Bool = false) -> String {
        guard text.utf8.contains(where: { [UInt8(ascii: "\\"), UInt8(ascii: "\n"), UInt8(ascii: "\"")].contains($0) })
        else { return text }
        return text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.append(character)
            }
        }
    }
}

extension MetricsWriter {
    struct Family {
        fileprivate var writer: MetricsWriter
        fileprivate let name: String

        mutating func sample(_ labels: Labels = [], _ value: Int) {
            line("", labels, "\(value)")
        }

        mutating func sample(_ labels: Labels = [], _ value: Double) {
            line("", labels, Self.text(value))
        }

        /// How often something happened, and how long it took together.
        mutating func summary(_ labels: Labels, count: Int, sum: Double) {
            line("_sum", labels, Self.text(sum))
            line("_count", labels, "\(count)")
        }

        /// - Parameters:
        ///   - bounds: upper bounds of the buckets, ascending; each bucket holds its bound.
        ///   - counts: of each bucket by itself; one more than the bounds, since the last has none.
        mutating func histogram(_ labels: Labels, bounds: [Double], counts: [Int], sum: Double) {
            var count = 0
            for (place, own) in counts.enumerated() {
                count += own
                let bound = place < bounds.count ? Self.text(bounds[place]) : "+Inf"
                line("_bucket", labels + [("le", bound)], "\(count)")
            }
            summary(labels, count: count, sum: sum)
        }

        private mutating func line(_ suffix: String, _ labels: Labels, _ value: String) {
            writer.append(name + suffix)
            if !labels.isEmpty {
                let pairs = labels.map { "\($0.name)=\"\(MetricsWriter.escaped($0.value, quotes: true))\"" }
                writer.append("{\(pairs.joined(separator: ","))}")
            }
            writer.append(" \(value)\n")
        }

        private static func text(_ value: Double) -> String {
            if value.isNaN { return "NaN" }
            return value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : "\(value)"
        }
    }
}
