internal import Glibc

/// An error number of the operating system.
struct SystemError: CustomStringConvertible {
    let number: Int32

    /// Of the call before; to be read at once.
    static var last: SystemError { SystemError(number: errno) }

    var description: String {
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }
}
