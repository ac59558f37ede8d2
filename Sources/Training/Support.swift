import Kernels
import VAE

/// Whether records lie where the likelihood has density.
enum Support {
    static func check(_ data: Matrix<Float>, for likelihood: LikelihoodSpecification) throws(TrainingError) {
        do {
            try likelihood.checkSupport(data)
        } catch .outsideSupport(let row, let column, let value, let support) {
            throw .outsideSupport(row: row, column: column, value: value, support: support)
        } catch {
            throw .architecture(error)
        }
    }
}
