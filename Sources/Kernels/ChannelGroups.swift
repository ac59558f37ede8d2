/// Rows `[places, channels]` whose channels are normalised in groups of equal size. One group of all is layer normalisation.
package struct ChannelGroups: Equatable, Sendable {
    package let places: Int
    package let channels: Int
    package let groups: Int

    package init(places: Int, channels: Int, groups: Int) {
        precondition(places > 0 && channels > 0 && groups > 0 && channels % groups == 0)
        (self.places, self.channels, self.groups) = (places, channels, groups)
    }

    /// Numbers in one row.
    package var count: Int { places * channels }
}
