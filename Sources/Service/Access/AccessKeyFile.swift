import Dispatch
import Files
import Locking

/// The keys of a file that is read again when it has changed.
///
/// A file that cannot be used any more changes nothing: who had access keeps it, and the log says why.
package final class AccessKeyFile: Sendable {
    private struct State: Sendable {
        var keys: AccessKeys
        /// Of the file as it was last looked at.
        var stamp: FileStamp?
        /// Whether the last try failed at reading.
        var isUnread = false
    }

    private let path: String
    private let state: Locked<State>
    private let tell: @Sendable (Result<Int, AccessKeyError>) -> Void
    private let queue = DispatchQueue(label: "elbo.keys")

    /// - Parameter tell: called with each change: how many keys there are now, or why the file cannot be used.
    package init(
        _ path: String, tell: @escaping @Sendable (Result<Int, AccessKeyError>) -> Void = { _ in }
    ) throws(AccessKeyError) {
        (self.path, self.tell) = (path, tell)
        // Looked at first: what changes in between is read again.
        let stamp = FileStamp(path)
        state = Locked(State(keys: try AccessKeys(path: path), stamp: stamp))
    }

    var keys: AccessKeys { state.withLock { $0.keys } }

    /// Looks again and again whether the file has changed, until nobody needs the keys any more.
    func watch(every interval: Duration) {
        queue.asyncAfter(deadline: .now() + interval.dispatched) { [weak self] in
            guard let self else { return }
            reloadIfChanged()
            watch(every: interval)
        }
    }

    func reloadIfChanged() {
        let stamp = FileStamp(path)
        guard stamp != state.withLock({ $0.stamp }) else { return }
        let result: Result<AccessKeys, AccessKeyError>
        do {
            result = .success(try AccessKeys(path: path))
        } catch {
            result = .failure(error)
        }
        let mustTell = state.withLock { state in
            if case .success(let keys) = result { state.keys = keys }
            // What could not be read may be readable at the next look, although it looks the same.
            let isUnread = if case .failure(.file) = result { true } else { false }
            defer { state.isUnread = isUnread }
            if !isUnread || stamp == nil { state.stamp = stamp }
            return !isUnread || !state.isUnread
        }
        if mustTell { tell(result.map(\.keys.count)) }
    }
}
