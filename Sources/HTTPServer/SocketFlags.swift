/// Flags of `send`, `recv` and `socket` on Linux (bits/socket.h).
///
/// The C header has them in an enumeration without a name, which is not found from every file once a second C module brings
/// the same header.
enum SocketFlags {
    static let stream: Int32 = 1
    static let closeOnExec: Int32 = 0x80000
    static let dontWait: Int32 = 0x40
    static let peek: Int32 = 0x2
    static let truncate: Int32 = 0x20
    static let noSignal: Int32 = 0x4000
}
