internal import Glibc

/// How long a request target is up to its first NUL, held in the pointer that libmicrohttpd keeps for a request until our own takes
/// its place.
///
/// libmicrohttpd hands targets over as C text and writes NULs into them itself, so this length, taken before it does, is the only
/// witness that a client sent one: `/models\0/evil` must not be served as `/models`.
@safe struct TargetMark {
    let length: Int

    init(length: Int) {
        self.length = length
    }

    /// Nil for a pointer to an object, whose lowest bit is never set.
    init?(_ context: UnsafeMutableRawPointer?) {
        let bits = UInt(bitPattern: context)
        guard bits & 1 == 1 else { return nil }
        length = Int(bits >> 1)
    }

    var context: UnsafeMutableRawPointer? { unsafe UnsafeMutableRawPointer(bitPattern: UInt(length) << 1 | 1) }

    /// Whether no NUL stands in the line: its parts lie in one buffer, so their distances tell their true lengths.
    func isWhole(
        method: UnsafePointer<CChar>, target: UnsafePointer<CChar>, version: UnsafePointer<CChar>
    ) -> Bool {
        let methodSize = unsafe strlen(method)
        let blanks = unsafe UnsafeBufferPointer(start: method, count: target - method).dropFirst(methodSize + 1)
        return unsafe version - target == length + 1 && blanks.allSatisfy { $0 == CChar(0x20) }
    }
}
