/// What one operator gives to the next.
struct Value {
    /// How the numbers of a row lie, `[batch, …]`.
    enum Order: Equatable {
        case vector
        /// One vector that is an image `[channels, height, width]`, channel after channel.
        case planes([Int])
        /// `[channels, height, width]`
        case image
    }

    let name: String
    let order: Order

    init(_ name: String, _ order: Order) { (self.name, self.order) = (name, order) }

    /// The same numbers after something that keeps their order.
    func renamed(_ name: String) -> Value { Value(name, order) }
}
