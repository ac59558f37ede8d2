/// A number for each of the two directions of an image.
package struct Extent: Equatable, Sendable {
    package let height: Int
    package let width: Int

    package init(height: Int, width: Int) {
        (self.height, self.width) = (height, width)
    }

    /// The same both ways.
    package init(_ both: Int) {
        self.init(height: both, width: both)
    }

    package var count: Int { height * width }
}
