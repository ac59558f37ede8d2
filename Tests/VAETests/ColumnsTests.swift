import Kernels
import RealModule
import Testing
import VAE

@Suite struct ColumnsTests {
    private let columns = Columns([
        .init(name: "age", offset: 40, scale: 8), .init(name: "dose", offset: -1.5, scale: 0.25),
    ])

    @Test func standardisesAndRestores() {
        let x = Matrix<Float>([48, -1.5, 40, -1, 0, 0], rows: 3, columns: 2)
        columns.standardise(x)
        #expect(x.values == [1, 0, 0, 2, -5, 6])
        columns.restore(x)
        #expect(x.values == [48, -1.5, 40, -1, 0, 0])
        #expect(columns.names == ["age", "dose"])
    }

    @Test func logScaleIsTheSumOfLogarithms() {
        #expect(abs(columns.logScale - Double.log(8 * 0.25)) < 1e-15)
        #expect(Columns([]).logScale == 0)
    }

    private func model(columns: Columns?, inputShape: [Int]) throws(VAEError) -> TrainedModel {
        let architecture = try Architecture(
            inputDimension: 2, latentDimension: 1, encoder: [], decoder: [], likelihood: .gaussian(.fixed(1)))
        let network = VariationalAutoencoder(architecture, Parameters<Float>(ParameterLayout(architecture)))
        return try TrainedModel(
            network: network, columns: columns, inputShape: inputShape, scoreSeed: 1, scoreSamples: 4)
    }

    @Test func modelTakesColumnsAndShapesThatFit() throws {
        #expect(try model(columns: columns, inputShape: [2]).logScale == columns.logScale)
        #expect(try model(columns: nil, inputShape: [1, 2]).logScale == 0)
    }

    @Test func modelRefusesColumnsAndShapesThatDoNotFit() {
        #expect(throws: VAEError.tensorShape(name: "input", expected: [2], got: [3])) {
            try model(columns: nil, inputShape: [3])
        }
        #expect(throws: VAEError.tensorShape(name: "input", expected: [2], got: [])) {
            try model(columns: nil, inputShape: [])
        }
        let one = Columns([.init(name: "age", offset: 0, scale: 1)])
        #expect(throws: VAEError.tensorShape(name: "columns", expected: [2], got: [1])) {
            try model(columns: one, inputShape: [2])
        }
        let twice = Columns([.init(name: "age", offset: 0, scale: 1), .init(name: "age", offset: 0, scale: 1)])
        #expect(throws: VAEError.duplicateColumn("age")) { try model(columns: twice, inputShape: [2]) }
    }
}
