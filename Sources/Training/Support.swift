import Kernels
import VAE

/// Whether records lie where the likelihood has density.
enum Support {
    static func check(_ data: Matrix<Float>, for likelihood: LikelihoodSpecification) throws(TrainingError) {
        do {
            try likelihood.checkSupport(data)
        } catch .outsideSupport(let row, let column, let value, let support) {
            // People count the rows of a file from 1.
            throw .outsideSupport(row: row + 1, column: column + 1, value: value, support: support)
        } catch {
            throw .architecture(error)
        }
    }
}
