import Kernels
import Records
import TestSupport
import Testing
import VAE

/// What a model takes for its columns.
@Suite struct TrainedModelTests {
    private func plain(schema: Schema? = nil, inputShape: [Int]) throws(VAEError) -> TrainedModel {
        let architecture = try Architecture(
            inputDimension: 2, latentDimension: 1, encoder: [], decoder: [], likelihood: .gaussian(.fixed(1)))
        let network = VariationalAutoencoder(architecture, Parameters<Float>(ParameterLayout(architecture)))
        return try TrainedModel(
            network: network, schema: schema, inputShape: inputShape, scoreSeed: 1, scoreSamples: 4)
    }

    @Test func takesShapesThatFit() throws {
        #expect(try plain(inputShape: [2]).table == nil)
        #expect(try plain(inputShape: [1, 2]).recordDimension == 2)
        let model = try MixedTable.model()
        #expect(model.schema == MixedTable.schema && model.recordDimension == MixedTable.schema.width)
        #expect(model.network.inputDimension == FeatureMap(MixedTable.schema).width)
    }

    @Test func refusesShapesThatDoNotFit() {
        #expect(throws: VAEError.tensorShape(name: "input", expected: [2], got: [3])) { try plain(inputShape: [3]) }
        #expect(throws: VAEError.tensorShape(name: "input", expected: [2], got: [])) { try plain(inputShape: []) }
        // The sides' product wraps around to 2 in no way.
        #expect(throws: VAEError.self) { try plain(inputShape: [.max, .max]) }
    }

    @Test func refusesColumnsWithoutFamiliesAndFamiliesWithoutColumns() throws {
        let one = try Schema([Column(name: "age", kind: .real(NumericCode(transform: .linear, offset: 0, scale: 1)))])
        #expect(throws: VAEError.columnsWithoutFamilies) { try plain(schema: one, inputShape: [2]) }
        let network = MixedTable.network(Float.self, try MixedTable.architecture())
        let width = MixedTable.families.count
        #expect(throws: VAEError.tensorShape(name: "columns", expected: [width], got: [0])) {
            try TrainedModel(network: network, schema: nil, inputShape: [width], scoreSeed: 1, scoreSamples: 4)
        }
        #expect(throws: VAEError.tensorShape(name: "columns", expected: [width], got: [1])) {
            try TrainedModel(network: network, schema: one, inputShape: [width], scoreSeed: 1, scoreSamples: 4)
        }
    }

    /// Every column but its own kind of likelihood: a count cannot be a Gaussian's, two levels not three.
    @Test func refusesAFamilyOfAnotherKind() throws {
        let network = MixedTable.network(Float.self, try MixedTable.architecture())
        let coded = MixedTable.schema.coded
        for place in coded.indices {
            for (other, column) in coded.enumerated() where other != place {
                let isFine = TrainedModelTests.fits(place, other)
                var columns = coded
                columns[place] = Column(
                    name: coded[place].name, kind: column.kind, isOptional: coded[place].isOptional,
                    isWhole: column.isWhole, atoms: column.atoms, isDiscrete: column.isDiscrete)
                let schema = try Schema(columns)
                guard !isFine, FeatureMap(schema).width == network.inputDimension else { continue }
                let error = VAEError.familyMismatch(column: coded[place].name, kind: column.kind.word.rawValue)
                #expect(throws: error) {
                    try TrainedModel(
                        network: network, schema: schema, inputShape: [coded.count], scoreSeed: 1, scoreSamples: 4)
                }
            }
        }
    }

    /// Whether the family at a place has density where the codes of another place's column are.
    private static func fits(_ place: Int, _ other: Int) -> Bool {
        switch (MixedTable.families[place], MixedTable.families[other]) {
        case (.gaussian, .gaussian), (.gaussian, .student), (.gaussian, .spiked), (.gaussian, .discrete),
            (.student, .gaussian), (.student, .student), (.student, .spiked), (.student, .discrete):
            true
        case (.poisson, .negativeBinomial), (.negativeBinomial, .poisson): true
        default: false
        }
    }
}
