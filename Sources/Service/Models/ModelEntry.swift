import Files
import ModelStorage

/// A model that is known, served or not.
struct ModelEntry: Sendable {
    /// As far as it is known: of a folder without a version of its own only `model.json` tells it.
    var id: ModelID
    /// nil for a model from memory.
    let place: ModelPlace?
    /// Of the files that were last looked at, good or bad.
    var stamp: DirectoryStamp?
    /// What is served.
    var model: ServedModel?
    var state: ModelState
    /// Why it is not served, or why its files, which are newer than what is served, are not.
    var reason = ""
    /// Whether somebody has unloaded it: only somebody loads it again.
    var isUnloaded = false

    init(_ model: ServedModel) {
        (id, place, stamp) = (model.id, model.stored.place, model.stored.stamp)
        (self.model, state) = (model, .ready)
    }

    /// One that is not loaded yet.
    init(_ place: ModelPlace) {
        id = ModelID(name: place.name, version: place.version ?? "")
        self.place = place
        state = .loading
    }
}
