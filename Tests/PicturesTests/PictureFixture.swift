import Files

@testable import Pictures

/// A PNG of another encoder (`Tests/Fixtures/png/make.py`), and what it shows.
struct PictureFixture: Sendable, CustomStringConvertible {
    let description: String
    let picture: Picture
    let png: [UInt8]

    static let all: [PictureFixture] = {
        let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" }
        let text = (try? FileSystem.read("\(folder)/Fixtures/png/pictures.txt")) ?? []
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map { PictureFixture(line: $0) }
    }()

    static func named(_ name: String) -> PictureFixture {
        all.first { $0.description == name } ?? all[0]
    }

    private init(line: Substring) {
        let words = line.split(separator: " ")
        let numbers = words[1...3].map { Int($0) ?? 0 }
        (description, png) = (String(words[0]), Self.bytes(words[5]))
        picture = Picture(width: numbers[0], height: numbers[1], channels: numbers[2], pixels: Self.bytes(words[4]))
    }

    private static func bytes(_ text: Substring) -> [UInt8] {
        let digits = text.utf8.map { UInt8($0 < 0x3A ? $0 - 0x30 : $0 - 0x57) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
