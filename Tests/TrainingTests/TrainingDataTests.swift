import DataFiles
import Files
import Kernels
import Records
import TestSupport
import Testing
import VAE

@testable import Training

@Suite struct TrainingDataTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func write(_ text: String, to name: String) throws -> String {
        try FileSystem.write(Array(text.utf8), to: directory(name))
        return directory(name)
    }

    @Test func codesTheColumnsOfATable() throws {
        let rows = (0..<40).map { i in "\(Double(i) * 0.25 + 1),7.1,\(i % 2 == 0 ? -1 : 1),\(i % 3 == 0 ? "a" : "b")\n"
        }
        let path = try write("size,same,sign,word\n" + rows.joined(), to: "table.csv")
        let data = try TrainingData(path)
        #expect(data.file == "table.csv" && data.inputShape == [4])
        #expect(try data.sha256 == FileSystem.sha256(path))
        let columns = try #require(data.schema).columns
        #expect(columns.map(\.name) == ["size", "same", "sign", "word"])
        #expect(columns.map(\.kind.word) == [.real, .constant, .binary, .binary])
        #expect(columns[2].kind.levels?.names == ["-1", "1"])
        // Mean 5.875 and variance (40² − 1)/12 · 0.25².
        let deviation = (1_599 / 12.0).squareRoot() * 0.25
        let code = try #require(columns[0].kind.numericCode)
        #expect(abs(code.offset - 5.875) < 1e-12 && abs(code.scale - deviation) < 1e-12)
        #expect(data.values.rows == 40 && data.values.columns == 4)
        for i in 0..<40 {
            let size = (Double(i) * 0.25 + 1 - 5.875) / deviation
            #expect(abs(Double(data.values[i, 0]) - size) < 1e-6)
            // The most frequent word comes first.
            #expect(data.values.rows(i..<i + 1).values.dropFirst() == [0, i % 2 == 0 ? 0 : 1, i % 3 == 0 ? 1 : 0])
        }
    }

    @Test func constantColumnsOfAnySizeStayFinite() throws {
        let text = String(repeating: "0,1e30,-1e-20,0.1\n", count: 12)
        let data = try TrainingData(write("a,b,c,d\n" + text, to: "constant.csv"))
        #expect(data.isConstant && data.values.values.allSatisfy { $0 == 0 })
        #expect(data.schema?.columns.allSatisfy { $0.kind.word == .constant } == true)
    }

    @Test func readsImagesAsSharesOfWhite() throws {
        let bytes: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 255, 51, 102, 153, 204]
        try FileSystem.write(bytes, to: directory("images"))
        let data = try TrainingData(directory("images"))
        #expect(data.inputShape == [1, 3] && data.schema == nil && data.file == "images")
        #expect(data.values.rows == 2 && data.values.columns == 3)
        #expect(data.values.values == [0, 1, 0.2, 0.4, 0.6, 0.8])
    }

    @Test func theDataDecidesWhatTheNetworkLeavesOpen() throws {
        let rows = (0..<40).map { "\(Double($0) / 3),\($0 % 2)\n" }.joined()
        let table = try TrainingData(write("a,b\n" + rows, to: "t.csv"))
        let architecture = try NetworkChoice().architecture(for: table)
        let flag = ColumnFamily.bernoulli(unknownMass: 1 / 41.0)
        let scale = ColumnScale(isPerRecord: true, floor: 0.05)
        #expect(architecture.likelihood == .columns([.gaussian(scale), flag]) && architecture.latentDimension == 2)
        #expect(architecture.encoder == [.dense(units: 128, activation: .gelu), .dense(units: 64, activation: .gelu)])
        #expect(architecture.decoder == architecture.encoder.reversed())
        var choice = NetworkChoice()
        (choice.hidden, choice.isGated, choice.family, choice.latentDimension) = ([3], true, .sharedGaussian, 1)
        let chosen = try choice.architecture(for: table)
        let shared = ColumnScale(isPerRecord: false, floor: 0.05)
        #expect(chosen.encoder == [.gatedDense(units: 3)] && chosen.likelihood == .columns([.gaussian(shared), flag]))
        choice.family = .student
        #expect(try choice.architecture(for: table).likelihood == .columns([.student(scale, degrees: 4), flag]))
        for family in [NetworkChoice.Family.bernoulli, .continuousBernoulli, .discretizedLogistic] {
            choice.family = family
            #expect(throws: TrainingError.self) { try choice.architecture(for: table) }
        }
        (choice.family, choice.pixelScale) = (nil, .fixed(0.5))
        #expect(throws: TrainingError.self) { try choice.architecture(for: table) }
    }

    @Test func imagesHaveLikelihoodsOfTheirOwn() throws {
        try FileSystem.write([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255], to: directory("images"))
        let data = try TrainingData(directory("images"))
        var choice = NetworkChoice()
        #expect(try choice.architecture(for: data).likelihood == .bernoulli)
        (choice.family, choice.pixelScale) = (.gaussian, .fixed(0.5))
        #expect(try choice.architecture(for: data).likelihood == .gaussian(.fixed(0.5)))
        choice.pixelScale = nil
        #expect(try choice.architecture(for: data).likelihood == .gaussian(.learned(floor: 0.05)))
        choice.pixelScale = .shared
        #expect(try choice.architecture(for: data).likelihood == .gaussian(.shared(floor: 0.05)))
        (choice.family, choice.pixelScale) = (.discretizedLogistic, nil)
        #expect(try choice.architecture(for: data).likelihood == .discretizedLogistic(.learned(floor: 1.0 / 512)))
        (choice.pixelScale, choice.sigmaFloor) = (.perRecord, 0.1)
        #expect(try choice.architecture(for: data).likelihood == .discretizedLogistic(.perRecord(floor: 0.1)))
        (choice.family, choice.pixelScale) = (.continuousBernoulli, nil)
        #expect(try choice.architecture(for: data).likelihood == .continuousBernoulli)
        let refused: [(NetworkChoice.Family, NetworkChoice.PixelScale)] = [
            (.bernoulli, .learned), (.continuousBernoulli, .fixed(1)), (.gaussian, .perRecord),
            (.discretizedLogistic, .shared), (.discretizedLogistic, .fixed(0.1)),
        ]
        for (family, scale) in refused {
            (choice.family, choice.pixelScale) = (family, scale)
            #expect(throws: TrainingError.self, "\(family)") { try choice.architecture(for: data) }
        }
        (choice.family, choice.pixelScale, choice.sigmaFloor) = (.discretizedLogistic, nil, 0.001)
        #expect(throws: TrainingError.self) { try choice.architecture(for: data) }
        choice.pixelScale = nil
        for family in [NetworkChoice.Family.student, .sharedGaussian] {
            choice.family = family
            #expect(throws: TrainingError.self) { try choice.architecture(for: data) }
        }
    }

    @Test func refusesWhatIsNotThereOrNoNumber() throws {
        let missing = directory("none")
        #expect(throws: FileError.self) { try TrainingData(missing) }
        // A word among numbers is a typing error, and named as such; a column of words is a column of words.
        let rows = (0..<30).map { "\($0),\($0 == 17 ? "x" : "\($0)")\n" }.joined()
        let path = try write("a,b\n" + rows, to: "bad.csv")
        let error = #expect(throws: TrainingError.self) { try TrainingData(path) }
        guard case .cell(row: 18, .notANumber(column: "b", got: "x")) = error else {
            Issue.record("\(error as Any)")
            return
        }
        let ragged = try write("a,b\n1,2\n3\n", to: "ragged.csv")
        #expect(throws: DataFileError.raggedRow(row: 2, line: 3, expected: 2, got: 1)) { try TrainingData(ragged) }
    }
}
