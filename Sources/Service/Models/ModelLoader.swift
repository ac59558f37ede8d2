internal import CPosix
import Dispatch
import Files
import Inference
import Kernels
import ModelStorage

/// Loads, reloads and unloads models while others are served: one change after the other, never on a thread that answers requests.
///
/// A model is read, proves itself on its golden answers and is warmed before it takes the place of another in one step. One that fails
/// changes nothing but the reason in the index.
final class ModelLoader: Sendable {
    private let registry: ModelRegistry
    private let catalog: ModelCatalog
    private let precision: WeightPrecision
    private let executors: [ComputeExecutor]
    private let limits: ModelEngine.Limits
    private let tell: @Sendable (ModelChange) -> Void
    private let queue = DispatchQueue(label: "elbo.loading")
    let metrics = ReloadMetrics()

    /// - Parameter tell: called with each change, one at a time.
    init(
        _ registry: ModelRegistry, _ catalog: ModelCatalog, _ precision: WeightPrecision, executors: [ComputeExecutor],
        _ limits: ModelEngine.Limits = ModelEngine.Limits(), tell: @escaping @Sendable (ModelChange) -> Void
    ) {
        (self.registry, self.catalog, self.precision) = (registry, catalog, precision)
        (self.executors, self.limits, self.tell) = (executors, limits, tell)
    }

    // MARK: On request

    /// Reads all versions of a model, whether or not they are served already.
    ///
    /// - Parameters:
    ///   - isCancelled: whether nobody waits any more; then nothing is read.
    ///   - completion: called when all are served, or with the first failure.
    func load(
        _ name: String, isCancelled: @escaping @Sendable () -> Bool = { false },
        completion: @escaping @Sendable (ServiceError?) -> Void
    ) {
        queue.async { [self] in
            if !isCancelled() { completion(loadAll(of: name)) }
        }
    }

    /// Ends the service of all versions of a model; requests under way are finished.
    ///
    /// - Parameter isCancelled: whether nobody waits any more; then nothing changes.
    func unload(
        _ name: String, isCancelled: @escaping @Sendable () -> Bool = { false },
        completion: @escaping @Sendable (ServiceError?) -> Void
    ) {
        queue.async { [self] in
            if isCancelled() { return }
            let served = registry.entries.filter { $0.id.name == name && $0.model != nil }
            guard !served.isEmpty else { return completion(.notLoaded(model: name)) }
            unload(served)
            completion(nil)
        }
    }

    /// Makes what is served what lies in the folders: reads what is new or has changed, and lets go what is not there any more.
    func reload(completion: @escaping @Sendable () -> Void = {}) {
        queue.async { [self] in
            _ = synchronise(since: nil)
            completion()
        }
    }

    /// Waits until all that was asked for before is done.
    func wait() {
        queue.sync {}
    }

    /// Looks again and again whether files have changed, until the loader is gone.
    ///
    /// It looks rather than being told, because files may lie on a network or behind the links of a mounted volume. Files count
    /// as changed once they are as at the look before, so that one that is still being copied is left alone.
    func watch(every interval: Duration) {
        queue.async { [self] in look(every: interval, since: snapshot() ?? [:]) }
    }

    private func look(every interval: Duration, since previous: Snapshot) {
        queue.asyncAfter(deadline: .now() + interval.dispatched) { [weak self] in
            guard let self else { return }
            look(every: interval, since: synchronise(since: previous) ?? previous)
        }
    }

    // MARK: On the queue

    private func loadAll(of name: String) -> ServiceError? {
        let places: [ModelPlace]
        do {
            places = try catalog.places(of: name)
        } catch {
            // The words name a folder of the server.
            return .cannotLoad(model: name, reason: "the folder of models cannot be read")
        }
        guard !places.isEmpty else { return .notStored(model: name) }
        let reason = places.map { load($0, among: places) }.compactMap(\.self).first
        forget(registry.entries.filter { $0.id.name == name && $0.place.map { !places.contains($0) } ?? false })
        return reason.map { .cannotLoad(model: name, reason: $0) }
    }

    /// nil for a place whose files cannot be listed.
    typealias Snapshot = [ModelPlace: DirectoryStamp?]

    /// The files that there are now; nil where the folders cannot be read, which changes nothing.
    func snapshot() -> Snapshot? {
        guard let places = try? catalog.places() else { return nil }
        return places.reduce(into: [:]) { $0.updateValue(DirectoryStamp($1.directory), forKey: $1) }
    }

    /// - Parameter previous: an earlier look, by which to tell what is still changing.
    func synchronise(since previous: Snapshot?) -> Snapshot? {
        guard let now = snapshot() else { return nil }
        let isSettled = { (place: ModelPlace) in previous.map { $0[place] == now[place] } ?? true }
        let entries = registry.entries
        for place in now.keys.sorted(by: ModelPlace.precedes) where isSettled(place) {
            let known = entries.first { $0.place == place }
            if known == nil || known?.isUnloaded == false && known?.stamp != now[place] {
                _ = load(place, among: Array(now.keys))
            }
        }
        let vanished = entries.filter { entry in
            entry.place.map { now[$0] == nil && isSettled($0) && !$0.isOutOfReach } ?? false
        }
        forget(vanished)
        return now
    }

    /// - Parameter present: all that there is now.
    /// - Returns: why it is refused.
    private func load(_ place: ModelPlace, among present: [ModelPlace]) -> String? {
        registry.update { entries in
            if let i = entries.firstIndex(where: { $0.place == place }) {
                entries[i].state = .loading
            } else {
                entries.append(ModelEntry(place))
            }
        }
        let (stamp, began) = (DirectoryStamp(place.directory), ContinuousClock.now)
        let reason = read(place, stamp, among: present)
        metrics.count(.now - began, hasFailed: reason != nil)
        return reason
    }

    private func read(_ place: ModelPlace, _ stamp: DirectoryStamp?, among present: [ModelPlace]) -> String? {
        do {
            let model = ServedModel(try StoredModel(place, precision), executors: executors, limits)
            model.warm()
            return publish(model, place, among: present)
        } catch {
            return refuse(place, stamp, error.description)
        }
    }

    private func publish(_ model: ServedModel, _ place: ModelPlace, among present: [ModelPlace]) -> String? {
        let rival = registry.entries.first { $0.model?.id == model.id && $0.place != place }
        if let rival, rival.place.map(present.contains) ?? true {
            let reason = "version '\(model.version)' of '\(model.name)' is served from another folder"
            return refuse(place, model.stored.stamp, reason)
        }
        registry.update { entries in
            entries.removeAll { $0.place == place || $0.id == model.id }
            entries.append(ModelEntry(model))
        }
        tell(ModelChange(model.id, .loaded))
        giveBackMemory()
        return nil
    }

    /// - Returns: the reason as clients are told it, without folders of the server.
    private func refuse(_ place: ModelPlace, _ stamp: DirectoryStamp?, _ reason: String) -> String {
        let told = reason.replacing("\(place.directory)/", with: "")
        var id = ModelID(name: place.name, version: place.version ?? "")
        registry.update { entries in
            guard let i = entries.firstIndex(where: { $0.place == place }) else { return }
            entries[i].state = entries[i].model == nil ? .unavailable : .ready
            (entries[i].reason, entries[i].stamp) = (told, stamp)
            id = entries[i].id
        }
        tell(ModelChange(id, .refused(reason: reason)))
        return told
    }

    /// They stay known, so that nothing but a request loads them again.
    private func unload(_ entries: [ModelEntry]) {
        let ids = entries.map(\.id)
        registry.update { entries in
            for i in entries.indices where ids.contains(entries[i].id) {
                (entries[i].model, entries[i].state, entries[i].reason) = (nil, .unavailable, "unloaded")
                entries[i].isUnloaded = true
            }
        }
        report(entries)
    }

    /// What lies nowhere any more, unless what came in its place was refused: that changes nothing.
    private func forget(_ candidates: [ModelEntry]) {
        let staying = registry.entries.filter { entry in !candidates.contains { $0.place == entry.place } }
        let refused = Set(staying.filter { $0.model == nil && !$0.isUnloaded }.map(\.place?.name))
        let vanished = candidates.filter { $0.model == nil || !refused.contains($0.place?.name) }
        if vanished.isEmpty { return }
        registry.update { entries in entries.removeAll { entry in vanished.contains { $0.place == entry.place } } }
        report(vanished)
    }

    private func report(_ gone: [ModelEntry]) {
        for entry in gone where entry.model != nil { tell(ModelChange(entry.id, .unloaded)) }
        giveBackMemory()
    }

    /// A moment later, when the last requests to the old model are answered.
    private func giveBackMemory() {
        queue.asyncAfter(deadline: .now() + .milliseconds(500)) { CPosixTrimMemory() }
    }
}

extension Duration {
    var dispatched: DispatchTimeInterval {
        .nanoseconds(Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000))
    }
}
