/// What slides over an image in convolutions and pools: how large it is, how far each step goes, and how many places around the
/// image it may cover.
package struct Window: Equatable, Sendable {
    package let kernel: Extent
    package let stride: Extent
    package let padding: Extent

    package init(kernel: Extent, stride: Extent, padding: Extent) {
        precondition(kernel.height > 0 && kernel.width > 0 && stride.height > 0 && stride.width > 0)
        precondition(padding.height >= 0 && padding.width >= 0)
        (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
    }

    /// The same in both directions.
    package init(kernel: Int, stride: Int = 1, padding: Int = 0) {
        self.init(kernel: Extent(kernel), stride: Extent(stride), padding: Extent(padding))
    }
}
