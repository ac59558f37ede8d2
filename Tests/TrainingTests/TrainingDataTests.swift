import DataFiles
import Files
import Kernels
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

    @Test func standardisesTheColumnsOfATable() throws {
        let path = try write("size,same,sign\n1,7.1,-1\n2,7.1,1\n3,7.1,-1\n6,7.1,1\n", to: "table.csv")
        let data = try TrainingData(path)
        #expect(data.file == "table.csv" && data.inputShape == [3])
        #expect(try data.sha256 == FileSystem.sha256(path))
        // Mean 3 and variance (4 + 1 + 0 + 9) / 4.
        let deviation = Float(3.5.squareRoot())
        // A constant column is only shifted.
        let columns = Columns([
            .init(name: "size", offset: 3, scale: deviation), .init(name: "same", offset: 7.1, scale: 1),
            .init(name: "sign", offset: 0, scale: 1),
        ])
        #expect(data.columns == columns)
        #expect(data.values.rows == 4 && data.values.columns == 3)
        #expect(
            data.values.values == [
                -2 / deviation, 0, -1, -1 / deviation, 0, 1, 0, 0, -1, 3 / deviation, 0, 1,
            ])
    }

    @Test func constantColumnsOfAnySizeStayFinite() throws {
        let matrix = Matrix<Float>([0, 1e30, -1e-20, 0.1, 0, 1e30, -1e-20, 0.1], rows: 2, columns: 4)
        let columns = TrainingData.columns(matrix, names: ["a", "b", "c", "d"], .zScore)
        #expect(columns.columns.map(\.scale) == [1, 1, 1, 1])
        columns.standardise(matrix)
        #expect(matrix.values.allSatisfy { $0 == 0 })
    }

    @Test func readsImagesAsSharesOfWhite() throws {
        let bytes: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 255, 51, 102, 153, 204]
        try FileSystem.write(bytes, to: directory("images"))
        let data = try TrainingData(directory("images"))
        #expect(data.inputShape == [1, 3] && data.columns == nil && data.file == "images")
        #expect(data.values.rows == 2 && data.values.columns == 3)
        #expect(data.values.values == [0, 1, 0.2, 0.4, 0.6, 0.8])
    }

    @Test func theDataDecidesWhatTheNetworkLeavesOpen() throws {
        let table = try TrainingData(write("a,b\n1,2\n3,4\n", to: "t.csv"))
        let architecture = try NetworkChoice().architecture(for: table)
        #expect(architecture.likelihood == .gaussian(.learned(floor: 0.05)) && architecture.latentDimension == 2)
        #expect(architecture.encoder == [.dense(units: 128, activation: .gelu), .dense(units: 64, activation: .gelu)])
        #expect(architecture.decoder == architecture.encoder.reversed())
        var choice = NetworkChoice()
        (choice.hidden, choice.isGated, choice.family, choice.latentDimension) = ([3], true, .gaussian, 1)
        choice.fixedSigma = 0.5
        let chosen = try choice.architecture(for: table)
        #expect(chosen.encoder == [.gatedDense(units: 3)] && chosen.likelihood == .gaussian(.fixed(0.5)))
    }

    @Test func refusesWhatIsNotThereOrNoNumber() throws {
        let missing = directory("none")
        #expect(throws: FileError.self) { try TrainingData(missing) }
        let path = try write("a,b\n1,x\n", to: "bad.csv")
        #expect(throws: DataFileError.self) { try TrainingData(path) }
    }
}
