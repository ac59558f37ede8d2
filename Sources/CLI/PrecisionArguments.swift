import ArgumentParser
import Kernels

/// How the weights of a model are kept while it answers.
struct PrecisionArguments: ParsableArguments {
    @Option(
        help: """
            How weights of dense layers are kept: float32, or bf16, half the memory to read for one row or two, and scores \
            that differ a little (ELBO_PRECISION; default: float32).
            """)
    var precision: WeightPrecision?

    /// - Throws: `ValidationError` when the environment names none that there is.
    func resolved() throws -> WeightPrecision {
        guard let text = Settings.optionalText(precision?.rawValue, "ELBO_PRECISION") else { return .float32 }
        guard let resolved = WeightPrecision(rawValue: text) else {
            let known = WeightPrecision.allCases.map(\.rawValue).joined(separator: " or ")
            throw ValidationError("ELBO_PRECISION is '\(text)'; expected \(known)")
        }
        return resolved
    }
}

extension WeightPrecision: ExpressibleByArgument {}
