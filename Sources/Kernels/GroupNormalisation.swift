/// Normalisation of each row by itself: y = γ (x − mean)/√(variance + ε) + β over groups of channels.
///
/// Source: Wu and He 2018, "Group normalization" (arXiv:1803.08494); with one group Ba, Kiros and Hinton 2016 (arXiv:1607.06450).
package struct GroupNormalisation<Scalar: KernelScalar>: Sendable {
    package let groups: ChannelGroups
    /// `[rows, groups]`
    package let moments: Moments<Scalar>
    package let affine: Affine<Scalar>

    package init(_ groups: ChannelGroups, _ moments: Moments<Scalar>, _ affine: Affine<Scalar>) {
        precondition(moments.mean.columns == groups.groups)
        precondition(affine.gamma.count == groups.channels || affine.gamma.count == groups.count)
        (self.groups, self.moments, self.affine) = (groups, moments, affine)
    }

    /// Whether γ and β have a number for each number of a row rather than for each channel.
    var isAffinePerNumber: Bool { affine.gamma.count == groups.count }
}
