import Files
import JSON
import Kernels
import ModelStorage
import TestSupport
import Testing

@testable import Service

/// Models that come and go, and what is counted of them, by the protocol's paths.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct OpenInferenceModelTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        let input = Matrix<Float>([0, 1, 0.5, 1], rows: 1, columns: 4)
        try TestModels.pixels().write(to: folder("pixels"), goldenInput: input, extra: [])
    }

    private func service(isManaged: Bool = true) throws -> TestService {
        let catalog = ModelCatalog(folder: folder.path)
        let place = try #require(try catalog.places().first)
        return try TestService([StoredModel(place), TestModels.plain()]) { configuration in
            (configuration.catalog, configuration.isManaged) = (catalog, isManaged)
        }
    }

    private let image = #"{"inputs":[{"name":"input","shape":[1,4],"datatype":"FP32","data":[0,1,1,0]}]}"#

    @Test func unloadsAndLoads() throws {
        let service = try service()
        let index = { try service.post("/v2/repository/index", "").text }
        #expect(try index().contains(#"{"name":"pixels","version":"v1","state":"READY","reason":""}"#))
        let before = try service.post("/v2/models/pixels/infer", image)
        let unloaded = try service.post(
            "/v2/repository/models/pixels/unload", #"{"parameters":{"unload_dependents":true}}"#)
        #expect(unloaded.status == 200)
        #expect(unloaded.text == #"{"name":"pixels","unload":true}"#)
        #expect(try index().contains(#"{"name":"pixels","version":"v1","state":"UNAVAILABLE","reason":"unloaded"}"#))
        #expect(try !service.post("/v2/repository/index", #"{"ready":true}"#).text.contains("pixels"))
        for path in ["/v2/models/pixels", "/v2/models/pixels/ready", "/v2/models/pixels/config"] {
            let response = try service.get(path)
            #expect(response.status == 503)
            #expect(response.text == #"{"error":"model 'pixels' is not ready: it is UNAVAILABLE (unloaded)"}"# + "\n")
        }
        #expect(try service.post("/v2/models/pixels/infer", image).status == 503)
        #expect(try service.post("/v2/repository/models/pixels/unload", "").status == 404)
        let loaded = try service.post("/v2/repository/models/pixels/load", #"{"parameters":{}}"#)
        #expect(loaded.status == 200)
        #expect(loaded.text == #"{"name":"pixels","load":true}"#)
        #expect(try service.get("/v2/models/pixels/ready").status == 200)
        #expect(try service.post("/v2/models/pixels/infer", image).bytes == before.bytes)
    }

    @Test func saysWhyAModelIsRefused() throws {
        let service = try service()
        try FileSystem.write([1, 2, 3], to: folder("pixels/weights.safetensors"))
        let refused = try service.post("/v2/repository/models/pixels/load", "")
        #expect(refused.status == 400)
        #expect(refused.text.hasPrefix(#"{"error":"model 'pixels' cannot be loaded: "#))
        let index = try service.post("/v2/repository/index", "").text
        #expect(index.contains(#"{"name":"pixels","version":"v1","state":"READY","reason":""#))
        #expect(!index.contains(#"{"name":"pixels","version":"v1","state":"READY","reason":""}"#))
        #expect(try service.post("/v2/models/pixels/infer", image).status == 200)
    }

    @Test(arguments: ["load", "unload"])
    func isNotManagedWhereThatIsForbidden(_ verb: String) throws {
        let response = try service(isManaged: false).post("/v2/repository/models/pixels/\(verb)", "")
        #expect(response.status == 400)
        #expect(
            response.text
                == #"{"error":"nothing is changed on request: the server was started with --no-manage"}"#
                + "\n")
    }

    // MARK: Statistics

    private func statistics(_ service: TestService, _ model: String = "pixels") throws -> JSONElement {
        let response = try service.get("/v2/models/\(model)/stats")
        let models = Array(try JSONDocument(response.bytes).root.member("model_stats").elements())
        #expect(models.count == 1)
        return try #require(models.first)
    }

    private func count(_ statistics: JSONElement, _ key: String) throws -> Int {
        try statistics.member("inference_stats").member(key).member("count").int()
    }

    @Test func countsRowsBatchesAndRequests() throws {
        let service = try service()
        let fresh = try statistics(service)
        #expect(try fresh.member("inference_count").int() == 0)
        #expect(try fresh.member("last_inference").int() == 0)
        #expect(try count(fresh, "success") == 0)
        // Encode, reconstruct and score, of two rows each.
        let two = #"{"inputs":[{"name":"input","shape":[2,4],"datatype":"FP32","data":[0,1,1,0,1,1,1,1]}]}"#
        #expect(try service.post("/v2/models/pixels/infer", two).status == 200)
        #expect(try service.post("/v1/models/pixels/score", #"{"inputs":[[0,1,1,0]]}"#).status == 200)
        // Computed, and refused by the model.
        let outside = try service.post("/v1/models/pixels/score", #"{"inputs":[[0,1,2,0]]}"#)
        #expect(outside.status == 422)
        let counted = try statistics(service)
        #expect(try counted.member("inference_count").int() == 7)
        #expect(try counted.member("execution_count").int() == 4)
        for (key, expected) in [("success", 2), ("fail", 1), ("queue", 4), ("compute_infer", 4), ("cache_hit", 0)] {
            #expect(try count(counted, key) == expected, "\(key)")
        }
        let nanoseconds = try counted.member("inference_stats").member("success").member("ns").uint64()
        #expect(nanoseconds > 0)
        let batches = try counted.member("batch_stats").elements().map { batch in
            (try batch.member("batch_size").int(), try batch.member("compute_infer").member("count").int())
        }
        #expect(batches.map(\.0) == [1, 2] && batches.map(\.1) == [1, 3])
        let milliseconds = try counted.member("last_inference").int()
        #expect(abs(milliseconds - WallClock.milliseconds()) < 60_000)
        for memory in try counted.member("memory_usage").elements() {
            let weights = try TestModels.pixels().model.network.parameters.layout.count
            #expect(try memory.member("byte_size").int() == 4 * weights)
        }
        // Another model's are its own.
        #expect(try statistics(service, "plain").member("inference_count").int() == 0)
    }

    @Test func unknownModelsAddNoSeries() throws {
        let service = try service()
        let before = try service.get("/v2/models/stats").text
        for name in ["a", "b", "c"] { #expect(try service.post("/v2/models/\(name)/infer", image).status == 404) }
        #expect(try service.get("/v2/models/stats").text == before)
    }

    @Test func whatIsLoadedAnewIsCountedAnew() throws {
        let service = try service()
        #expect(try service.post("/v2/models/pixels/infer", image).status == 200)
        #expect(try service.post("/v2/repository/models/pixels/load", "").status == 200)
        #expect(try statistics(service).member("inference_count").int() == 0)
    }

    @Test func logSettingsSayWhatIsTold() {
        let settings = LoggingSettings()
        let loaded = ModelChange(ModelID(name: "a", version: "1"), .loaded)
        let refused = ModelChange(ModelID(name: "a", version: "1"), .refused(reason: "x"))
        #expect(settings.tells(loaded) && settings.tells(refused))
        for (body, told) in [
            (#"{"log_info":false}"#, [false, true]), (#"{"log_info":true,"log_error":false}"#, [true, false]),
        ] {
            guard let fields = try? OpenInferenceHandler.fields(Array(body.utf8)) else { return }
            #expect(throws: Never.self) { try settings.update(fields) }
            #expect([settings.tells(loaded), settings.tells(refused)] == told)
        }
    }
}
