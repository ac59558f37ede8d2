/// Flags of `send` and `recv` on Linux (bits/socket.h).
///
/// The C header has them in an enumeration without a name, which is not found from every file once a second C module brings
/// the same header.
enum SocketFlags {
    static let dontWait: Int32 = 0x40
    static let peek: Int32 = 0x2
    static let truncate: Int32 = 0x20
    static let noSignal: Int32 = 0x4000
}
