import Kernels
import VAE

/// The weights packed for backward passes, by the names of their parts: what all shards of a model share.
package struct SharedWeights<Scalar: KernelScalar>: Sendable {
    private let denses: [String: BackwardWeights<Scalar>]
    private let filters: [String: FilterBackwardWeights<Scalar>]

    init(_ model: VariationalAutoencoder<Scalar>) {
        let parts = model.parts
        denses = Dictionary(
            uniqueKeysWithValues: parts.compactMap { $0 as? Dense<Scalar> }.map { ($0.name, BackwardWeights($0)) })
        filters = Dictionary(
            uniqueKeysWithValues: parts.compactMap { $0 as? Filter<Scalar> }
                .map { ($0.name, FilterBackwardWeights($0)) })
    }

    func weights(of dense: Dense<Scalar>) -> BackwardWeights<Scalar> { denses[dense.name] ?? BackwardWeights(dense) }

    func weights(of filter: Filter<Scalar>) -> FilterBackwardWeights<Scalar> {
        filters[filter.name] ?? FilterBackwardWeights(filter)
    }

    /// What makes these weights follow the parameters; independent of one another and of the model's own tasks.
    package var refreshTasks: [@Sendable () -> Void] { denses.values.map { weights in { weights.repack() } } }

    /// What follows the model's own tasks: a filter first puts its channels last.
    package var lateRefreshTasks: [@Sendable () -> Void] { filters.values.map { weights in { weights.repack() } } }
}
