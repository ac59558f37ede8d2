import Testing

@testable import Training

@Suite struct LineChartTests {
    private func document(_ values: [Double], title: String = "ELBO", name: String = "a") -> String {
        LineChart.document([
            LineChart(title: title, curves: [.init(name: name, color: "#123456", values: values)]),
            LineChart(title: "second", curves: []),
        ])
    }

    /// The names of elements in order, checked to nest: what well-formed means for text without comments and the like.
    private func elements(_ document: String) throws -> [String] {
        var (open, names) = ([String](), [String]())
        for piece in document.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
            let end = try #require(piece.firstIndex(of: ">"), "\(piece)")
            let tag = piece[..<end]
            #expect(tag.count { $0 == "\"" }.isMultiple(of: 2))
            let name = String(tag.prefix { $0 != " " && $0 != "/" })
            if tag.hasPrefix("/") {
                #expect(open.popLast() == String(tag.dropFirst()))
            } else {
                names.append(name)
                if !tag.hasSuffix("/") { open.append(name) }
            }
        }
        #expect(open.isEmpty)
        return names
    }

    @Test(
        arguments: [
            [], [1], [1, 1, 1], [-120, -100, -99.5, -99.4], [1e-12, 0], [-1e30, -1e25, 5], [-1e300, 1e300],
            (0..<500).map { -1_000 / Double($0 + 1) },
        ] as [[Double]])
    func isWellFormedWhateverTheNumbers(values: [Double]) throws {
        let text = document(values)
        let names = try elements(text)
        #expect(names.first == "svg" && names.count { $0 == "g" } == 2)
        #expect(names.count { $0 == "polyline" } == 1)
        #expect(!text.contains("nan") && !text.contains("inf"))
        let points = text.split(separator: "points=\"").last?.prefix { $0 != "\"" } ?? ""
        #expect(points.split(separator: " ").count == values.count)
        for point in points.split(separator: " ") {
            let numbers = point.split(separator: ",").compactMap { Double($0) }
            #expect(numbers.count == 2 && (0...640).contains(numbers[0]) && (0...300).contains(numbers[1]))
        }
    }

    @Test func escapesText() throws {
        let text = document([1, 2], title: "a < b & c", name: "<g>")
        #expect(text.contains("a &lt; b &amp; c") && !text.contains("a < b"))
        #expect(try elements(text).count { $0 == "g" } == 2)
    }
}
