/// Elements under small integers, added and removed in constant time without hashing.
struct SlotTable<Element: Sendable>: Sendable {
    private var slots: [Element?] = []
    private var free: [Int] = []

    var count: Int { slots.count - free.count }

    var elements: [Element] { slots.compactMap(\.self) }

    /// - Parameter make: makes the element, which may keep its slot to be removed by.
    mutating func insert(_ make: (_ slot: Int) -> Element) -> Element {
        let slot = free.popLast() ?? slots.count
        let element = make(slot)
        if slot == slots.count { slots.append(element) } else { slots[slot] = element }
        return element
    }

    mutating func remove(at slot: Int) {
        slots[slot] = nil
        free.append(slot)
    }

    func forEach(_ body: (Element) -> Void) {
        for case let element? in slots { body(element) }
    }
}
