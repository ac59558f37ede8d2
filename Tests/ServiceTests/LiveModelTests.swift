import Files
import Glibc
import Kernels
import Locking
import ModelStorage
import TestSupport
import Testing
import VAE

@testable import Service

/// Models that come, change and go while the service runs.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct LiveModelTests {
    private let folder: TemporaryDirectory
    private let told = Locked<[String]>([])

    init() throws {
        folder = try TemporaryDirectory()
        try write("m", version: "1")
    }

    /// A model whose weights follow from its version, so that its answers tell the version.
    private func write(_ path: String, version: String) throws {
        let architecture = try Architecture(
            inputDimension: 3, latentDimension: 2, encoder: [.dense(units: 4, activation: .tanh)],
            decoder: [.dense(units: 4, activation: .tanh)], likelihood: .gaussian(.fixed(0.5)))
        let description = ModelDescription(
            version: version, architecture: architecture, inputShape: [3], schema: nil, scoreSeed: 5, scoreSamples: 4,
            provenance: Provenance(command: "", data: [], seed: 0, metrics: []))
        let seed = UInt64(version.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
        let model = try StoredModel(
            name: "", description, Parameters(ParameterLayout(architecture), seed: seed))
        if path.contains("/") { try FileSystem.createDirectories(folder(String(path.prefix { $0 != "/" }))) }
        try model.write(to: folder(path), goldenInput: Matrix([0.1, 0.2, 0.3]), extra: [])
    }

    private func start(_ adjust: (inout Service.Configuration) -> Void = { _ in }) throws -> TestService {
        let (catalog, told) = (ModelCatalog(folder: folder.path), told)
        let models = try catalog.places().map { try StoredModel($0) }
        return try TestService(models) { configuration in
            configuration.catalog = catalog
            configuration.tell = { change in
                told.withLock { $0.append("\(change.name) \(change.version) \(change.outcome)") }
            }
            adjust(&configuration)
        }
    }

    private func index(_ service: TestService) -> [String] {
        service.service.registry.entries.map { entry in
            "\(entry.id.name) \(entry.id.version) \(entry.state.rawValue)"
                + (entry.reason.isEmpty ? "" : ": \(entry.reason)")
        }
    }

    private func reload(_ service: TestService) {
        service.service.reload()
        service.service.loader.wait()
    }

    private func load(_ name: String, _ service: TestService) -> ServiceError? {
        let result = Locked<ServiceError?>(nil)
        service.service.loader.load(name) { error in result.withLock { $0 = error } }
        service.service.loader.wait()
        return result.withLock { $0 }
    }

    private func unload(_ name: String, _ service: TestService) -> ServiceError? {
        let result = Locked<ServiceError?>(nil)
        service.service.loader.unload(name) { error in result.withLock { $0 = error } }
        service.service.loader.wait()
        return result.withLock { $0 }
    }

    private func encode(_ path: String, _ service: TestService) throws -> TestResponse {
        try service.post("/v1/\(path)encode", #"{"inputs":[0.3,-0.2,0.9]}"#)
    }

    // MARK: Coming and changing

    @Test func aChangedModelTakesThePlaceOfTheOld() throws {
        let service = try start()
        let old = try encode("", service)
        #expect(old.text.contains(#""version":"1""#))
        try write("m", version: "2")
        #expect(try encode("", service).text == old.text, "not before it is asked for")
        reload(service)
        let new = try encode("models/m/", service)
        #expect(new.text.contains(#""version":"2""#))
        #expect(new.text.replacing(#""version":"2""#, with: #""version":"1""#) != old.text)
        #expect(index(service) == ["m 2 READY"])
        #expect(told.withLock { $0 } == ["m 2 loaded"])
    }

    @Test func aChangedModelKeepsItsWeightsAsTheOthersDo() throws {
        let service = try start { $0.precision = .bf16 }
        #expect(try service.get("/v1/models/m").text.contains(#""precision":{"weights":"float32"},"#))
        try write("m", version: "2")
        reload(service)
        let text = try service.get("/v1/models/m").text
        #expect(text.contains(#""precision":{"weights":"bf16","golden_rows":1,"mean_score_difference":"#))
        #expect(text.contains(#","largest_score_difference":"#))
    }

    @Test func metricsTellOfReloads() throws {
        let service = try start()
        let metrics = { try MetricsText(service.get("/metrics").text) }
        let before = try metrics()
        #expect(before.sum("elbo_reload_total") == 0 && before.count("elbo_reload_total") == 2)
        let digest = { (path: String) in
            try String(FileSystem.sha256(folder("\(path)/weights.safetensors")).prefix(12))
        }
        #expect(before.sum("elbo_model_info", ["model": "m", "digest": try digest("m")]) == 1)
        try write("m", version: "2")
        try write("n", version: "1")
        try FileSystem.write(Array("{}".utf8), to: folder("n/model.json"))
        reload(service)
        let after = try metrics()
        #expect(after.sum("elbo_reload_total", ["result": "success"]) == 1)
        #expect(after.sum("elbo_reload_total", ["result": "failure"]) == 1)
        #expect(after.sum("elbo_reload_duration_seconds_count") == 2)
        #expect(after.sum("elbo_reload_duration_seconds_sum") > 0)
        #expect(after.sum("elbo_model_info", ["model": "m", "version": "2", "digest": try digest("m")]) == 1)
        let loaded = "elbo_model_loaded_timestamp_seconds"
        #expect(after.sum(loaded, ["model": "m"]) >= before.sum(loaded, ["model": "m"]))
    }

    @Test func whatHasNotChangedIsNotReadAgain() throws {
        let service = try start()
        reload(service)
        #expect(told.withLock { $0.isEmpty })
        #expect(load("m", service) == nil, "but it is where somebody asks for it")
        #expect(told.withLock { $0 } == ["m 1 loaded"])
    }

    @Test func newModelsComeAndOldOnesGo() throws {
        let service = try start()
        try write("a", version: "7")
        reload(service)
        #expect(index(service) == ["a 7 READY", "m 1 READY"])
        #expect(try encode("", service).text.contains(#""model":"m""#), "the default stays what it was")
        try FileSystem.removeDirectory(folder("m"))
        reload(service)
        #expect(index(service) == ["a 7 READY"])
        #expect(try encode("", service).status == 404)
        #expect(try encode("models/a/", service).status == 200)
    }

    @Test func aRequestUnderWayIsFinishedOnTheModelItBeganWith() throws {
        let service = try start()
        let held = try service.service.registry.find(ModelReference("m"))
        try write("m", version: "2")
        reload(service)
        let expected = try #require(try? service.service.registry.find(ModelReference("m")))
        #expect(expected.version == "2")
        // It still computes.
        held.warm()
        #expect(held.engine.queuedRows == 0)
        #expect(unload("m", service) == nil)
        held.warm()
    }

    @Test func theWorkersOfAnUnloadedModelEnd() throws {
        let service = try start()
        weak let weights = try service.service.registry.find(ModelReference("m")).model
        #expect(weights != nil)
        #expect(unload("m", service) == nil)
        #expect(eventually { weights == nil })
    }

    // MARK: Versions

    @Test func versionsAreServedBesideEachOther() throws {
        for version in ["9", "10", "2"] { try write("fraud/\(version)", version: "whatever \(version)") }
        let service = try start()
        #expect(index(service) == ["fraud 2 READY", "fraud 9 READY", "fraud 10 READY", "m 1 READY"])
        #expect(try encode("models/fraud/", service).text.contains(#""version":"10""#), "the latest, by number")
        let answers = try ["2", "9", "10"].map { try encode("models/fraud/versions/\($0)/", service).text }
        #expect(Set(answers.map { $0.split(separator: #""results""#)[1] }).count == 3)
        #expect(answers[0].contains(#""version":"2""#), "the folder's name, not what model.json says")
        let missing = try encode("models/fraud/versions/3/", service)
        #expect(missing.status == 404)
        #expect(
            missing.text
                == envelope("unknown_version", "no version '3' of model 'fraud'; loaded: 2, 9, 10"))
        #expect(try service.get("/v1/models/fraud/versions/9").status == 200)
    }

    @Test func defaultIsAnAliasUnlessAModelHasThatName() throws {
        let service = try start()
        #expect(try encode("models/default/", service).text.contains(#""model":"m""#))
        try write("default", version: "3")
        reload(service)
        #expect(try encode("models/default/", service).text.contains(#""model":"default""#))
        #expect(try encode("", service).text.contains(#""model":"m""#))
    }

    @Test func aModelMayMoveIntoAFolderOfVersions() throws {
        let service = try start()
        try FileSystem.removeDirectory(folder("m"))
        try write("m/1", version: "whatever")
        try write("m/2", version: "1")
        #expect(load("m", service) == nil)
        #expect(index(service) == ["m 1 READY", "m 2 READY"])
    }

    @Test func oneVersionInTwoFoldersIsRefused() throws {
        try FileSystem.removeDirectory(folder("m"))
        try write("m", version: "1")
        let service = try start { configuration in
            configuration.catalog = ModelCatalog(named: [("m", folder("m")), ("m", folder("n"))])
        }
        try write("n", version: "1")
        guard case .cannotLoad(model: "m", let reason)? = load("m", service) else {
            Issue.record("loaded")
            return
        }
        #expect(reason == "version '1' of 'm' is served from another folder")
        #expect(try encode("", service).status == 200)
    }

    // MARK: What is broken

    /// Each way to spoil a model's files, and what its reason contains.
    enum Damage: String, CaseIterable {
        case truncatedWeights, flippedBit, notANumber, noWeights, halfDescription, wrongGolden

        var reason: String {
            switch self {
            case .truncatedWeights: "weights.safetensors"
            case .flippedBit: "golden answers"
            case .notANumber: "not finite"
            case .noWeights: "weights.safetensors"
            case .halfDescription: "model.json"
            case .wrongGolden: "golden"
            }
        }

        func spoil(_ directory: String) throws {
            let weights = "\(directory)/weights.safetensors"
            var bytes = try FileSystem.read(weights)
            switch self {
            case .truncatedWeights: try FileSystem.write(Array(bytes.dropLast(5)), to: weights)
            case .flippedBit:
                bytes[bytes.count - 1] ^= 0x80
                try FileSystem.write(bytes, to: weights)
            case .notANumber:
                bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0xC0, 0x7F])
                try FileSystem.write(bytes, to: weights)
            case .noWeights: try FileSystem.removeFile(weights)
            case .halfDescription:
                let text = try FileSystem.read("\(directory)/model.json")
                try FileSystem.write(Array(text.prefix(text.count / 2)), to: "\(directory)/model.json")
            case .wrongGolden:
                try FileSystem.write(Array(bytes.prefix(40)), to: "\(directory)/golden.safetensors")
            }
        }
    }

    @Test(arguments: Damage.allCases)
    func aBrokenModelChangesNothingButTheIndex(_ damage: Damage) throws {
        let service = try start()
        let old = try encode("", service)
        try write("m", version: "2")
        try damage.spoil(folder("m"))
        reload(service)
        #expect(try encode("", service).text == old.text)
        let entry = try #require(service.service.registry.entries.first)
        #expect(entry.state == .ready)
        #expect(entry.reason.contains(damage.reason), "\(entry.reason)")
        let refusals = told.withLock { $0 }
        #expect(refusals.count == 1)
        reload(service)
        #expect(told.withLock { $0.count } == 1, "the same files are not tried again")
        guard case .cannotLoad(model: "m", let reason)? = load("m", service) else {
            Issue.record("loaded")
            return
        }
        #expect(reason == entry.reason)
        try write("m", version: "3")
        reload(service)
        #expect(index(service) == ["m 3 READY"], "and the reason goes with its cause")
    }

    @Test func aModelThatIsBrokenFromTheStartIsKnownWithItsReason() throws {
        let service = try start()
        try write("b", version: "1")
        try Damage.noWeights.spoil(folder("b"))
        reload(service)
        #expect(index(service)[0].hasPrefix("b  UNAVAILABLE: cannot"), "\(index(service))")
        #expect(try encode("models/b/", service).status == 404)
        #expect(try encode("", service).status == 200)
    }

    /// The flat model hides the versions, but it cannot be loaded.
    @Test func whatTakesThePlaceOfVersionsMustBeSound() throws {
        for version in ["1", "10"] { try write("v/\(version)", version: version) }
        let service = try start()
        try FileSystem.write(Array("{}".utf8), to: folder("v/model.json"))
        for _ in 0..<2 {
            reload(service)
            #expect(try encode("models/v/versions/1/", service).status == 200)
            #expect(try encode("models/v/", service).text.contains(#""version":"10""#))
        }
        #expect(load("v", service) != nil)
        #expect(try encode("models/v/", service).status == 200)
        try FileSystem.removeFile(folder("v/model.json"))
        try write("v/11", version: "11")
        try FileSystem.removeDirectory(folder("v/1"))
        reload(service)
        #expect(index(service) == ["m 1 READY", "v 10 READY", "v 11 READY"])
    }

    @Test func aPipeIsNoWeights() throws {
        let service = try start()
        try FileSystem.removeFile(folder("m/weights.safetensors"))
        #expect(mkfifo(folder("m/weights.safetensors"), 0o600) == 0)
        reload(service)
        #expect(index(service)[0].contains("m 1 READY: "), "\(index(service))")
        #expect(index(service)[0].contains("weights.safetensors"))
    }

    @Test func theDefaultModelIsLoadedAndUnloadedByItsAlias() throws {
        let service = try start()
        #expect(try service.post("/v2/repository/models/default/unload", "").status == 200)
        #expect(try service.get("/v2/models/default").status == 503)
        #expect(try service.post("/v2/repository/models/default/load", "").status == 200)
        #expect(try service.get("/v2/models/default").text.contains(#""name":"m""#))
    }

    // MARK: Unloading

    @Test func anUnloadedModelComesBackOnlyOnRequest() throws {
        let service = try start()
        #expect(unload("m", service) == nil)
        #expect(index(service) == ["m 1 UNAVAILABLE: unloaded"])
        #expect(try encode("", service).text == envelope("unknown_model", "no model named 'm'; loaded: none"))
        reload(service)
        #expect(index(service) == ["m 1 UNAVAILABLE: unloaded"])
        guard case .notLoaded(model: "m")? = unload("m", service) else {
            Issue.record("unloaded twice")
            return
        }
        #expect(load("m", service) == nil)
        #expect(index(service) == ["m 1 READY"])
        #expect(try encode("", service).status == 200)
    }

    @Test func aModelThatNobodyStoredCannotBeLoaded() throws {
        let service = try start()
        guard case .notStored(model: "x")? = load("x", service) else {
            Issue.record("loaded")
            return
        }
        #expect(load("../m", service) != nil, "a name is no path")
    }

    @Test func nothingIsDoneForAClientThatHasGone() throws {
        let service = try start()
        let loader = service.service.loader
        loader.load("m", isCancelled: { true }) { _ in Issue.record("loaded") }
        loader.unload("m", isCancelled: { true }) { _ in Issue.record("unloaded") }
        loader.wait()
        #expect(told.withLock { $0.isEmpty })
        #expect(index(service) == ["m 1 READY"])
    }

    // MARK: Watching

    @Test func changedFilesAreNoticed() throws {
        let service = try start { $0.watchInterval = .milliseconds(20) }
        try write("m", version: "2")
        #expect(eventually { index(service) == ["m 2 READY"] })
        try write("n", version: "1")
        #expect(eventually { index(service) == ["m 2 READY", "n 1 READY"] })
        try FileSystem.removeDirectory(folder("m"))
        #expect(eventually { index(service) == ["n 1 READY"] })
    }

    /// Each look is told of the one before, as the watch does it.
    @Test func whatIsStillBeingCopiedIsLeftAlone() throws {
        let service = try start()
        let loader = service.service.loader
        var seen = loader.snapshot()
        try FileSystem.createDirectories(folder("n"))
        for name in ["model.json", "weights.safetensors", "golden.safetensors"] {
            try FileSystem.write(FileSystem.read(folder("m/\(name)")), to: folder("n/\(name)"))
            seen = loader.synchronise(since: seen)
            #expect(told.withLock { $0.isEmpty })
        }
        seen = loader.synchronise(since: seen)
        #expect(told.withLock { $0 } == ["n 1 loaded"])
        try FileSystem.removeDirectory(folder("n"))
        seen = loader.synchronise(since: seen)
        #expect(told.withLock { $0 } == ["n 1 loaded"], "it may only be on its way")
        seen = loader.synchronise(since: seen)
        #expect(told.withLock { $0 } == ["n 1 loaded", "n 1 unloaded"])
    }
}
