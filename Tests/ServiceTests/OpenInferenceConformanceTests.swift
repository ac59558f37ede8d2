import Testing

@testable import Service

/// The Open Inference Protocol line by line, over HTTP: status and body of each request.
///
/// Source: https://github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md; the extensions as in
/// https://github.com/triton-inference-server/server, docs/protocol.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct OpenInferenceConformanceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let method: String
        let path: String
        let body: [UInt8]?
        let headers: [String]
        let status: Int
        /// What the body holds.
        let says: [String]

        init(
            _ name: String, _ method: String, _ path: String, body: [UInt8]?, headers: [String] = [], _ status: Int,
            _ says: [String]
        ) {
            (self.name, self.method, self.path, self.body) = (name, method, path, body)
            (self.headers, self.status, self.says) = (headers, status, says)
        }

        var testDescription: String { "\(name): \(method) \(path)" }
    }

    private static let shared = Result {
        try TestService(
            TestModels.all() + [
                TestModels.conditional(), TestModels.told(), TestModels.autoencoder(), TestModels.orders(),
            ])
    }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    private static func get(_ name: String, _ path: String, _ status: Int = 200, _ says: String...) -> Case {
        Case(name, "GET", path, body: nil, status, says)
    }

    private static func call(
        _ name: String, _ method: String, _ path: String, _ status: Int, _ says: String...
    ) -> Case {
        Case(name, method, path, body: method == "POST" ? [] : nil, status, says)
    }

    private static func post(
        _ name: String, _ path: String, _ body: String, _ status: Int, _ says: String...
    ) -> Case {
        Case(name, "POST", path, body: Array(body.utf8), status, says)
    }

    private static func infer(
        _ name: String, _ body: String, _ status: Int, _ says: String..., model: String = "plain"
    ) -> Case {
        Case(name, "POST", "/v2/models/\(model)/infer", body: Array(body.utf8), status, says)
    }

    /// One tensor named `input`.
    private static func tensor(
        _ name: String, _ shape: String, _ data: String, _ status: Int, _ says: String..., datatype: String = "FP32",
        model: String = "plain"
    ) -> Case {
        let body = #"{"inputs":[{"name":"input","shape":\#(shape),"datatype":"\#(datatype)","data":\#(data)}]}"#
        return Case(name, "POST", "/v2/models/\(model)/infer", body: Array(body.utf8), status, says)
    }

    /// A JSON header with tensors behind it.
    private static func binary(
        _ name: String, _ json: String, _ bytes: [UInt8], _ status: Int, _ says: String..., length: String? = nil,
        model: String = "plain"
    ) -> Case {
        let headers = ["Inference-Header-Content-Length: \(length ?? "\(json.utf8.count)")"]
        return Case(
            name, "POST", "/v2/models/\(model)/infer", body: Array(json.utf8) + bytes, headers: headers, status, says)
    }

    // MARK: 1 Endpoints

    private static let endpoints = [
        get("server metadata", "/v2", 200, #"{"name":"elbo","version":"0","extensions":["binary_tensor_data","#),
        get("with a slash", "/v2/", 200, #"{"name":"elbo","version":"0","extensions":["binary_tensor_data","#),
        get(
            "every extension", "/v2", 200, #""model_repository""#, #""statistics""#, #""schedule_policy""#,
            #""parameters""#, #""model_configuration""#, #""logging""#),
        get("live", "/v2/health/live", 200, #"{"live":true}"#),
        get("ready", "/v2/health/ready", 200, #"{"ready":true,"live":true}"#),
        get(
            "models", "/v2/models", 200,
            #"{"models":["autoencoder","conditional","orders","pixels","plain","table","told"]}"#),
        get("model", "/v2/models/plain", 200, #"{"name":"plain","versions":["v1"],"platform":"elbo_vae","inputs":["#),
        get("model version", "/v2/models/plain/versions/v1", 200, #"{"name":"plain","versions":["v1"]"#),
        get("model ready", "/v2/models/plain/ready", 200, #"{"name":"plain","ready":true}"#),
        get("version ready", "/v2/models/plain/versions/v1/ready", 200, #"{"name":"plain","ready":true}"#),
        get(
            "configuration", "/v2/models/plain/config", 200,
            #"{"name":"plain","platform":"elbo_vae","backend":"elbo","max_batch_size":65536,"input":[{"name":"input","#
                + #""data_type":"TYPE_FP32","dims":[3]},"#, #""elbo":{"name":"plain","version":"v1""#),
        get("configuration of a version", "/v2/models/plain/versions/v1/config", 200, #""optional":true"#),
        get(
            "statistics of all", "/v2/models/stats", 200, #"{"model_stats":[{"name":"autoencoder","#, #""name":"told""#),
        get("statistics", "/v2/models/table/stats", 200, #"{"model_stats":[{"name":"table","version":"v1""#),
        get("statistics of a version", "/v2/models/table/versions/v1/stats", 200, #"{"model_stats":[{"name":"table""#),
        call(
            "index", "POST", "/v2/repository/index", 200,
            #"[{"name":"autoencoder","version":"v1","state":"READY","reason":""},"#),
        get(
            "logging", "/v2/logging", 200,
            #"{"log_file":"","log_info":true,"log_warning":true,"log_error":true,"log_verbose_level":0,"#
                + #""log_format":"default"}"#),
        post("logging named", "/v2/logging", #"{"log_info":true}"#, 200, #""log_info":true"#),
        post("logging to a file", "/v2/logging", #"{"log_file":"/tmp/x"}"#, 400, "'log_file' must be unchanged"),
        post("verbose logging", "/v2/logging", #"{"log_verbose_level":2}"#, 400, "'log_verbose_level' must be 0"),
        post("another log format", "/v2/logging", #"{"log_format":"ISO8601"}"#, 400, "'log_format' must be 'default'"),
        post("unknown log setting", "/v2/logging", #"{"log_x":1}"#, 400, "unknown field 'log_x'"),
        Case("HEAD", "HEAD", "/v2/models/plain", body: nil, 200, []),
        Case("OPTIONS", "OPTIONS", "/v2/models/plain/infer", body: nil, 204, []),
    ]

    // MARK: 2 Errors

    private static let errors = [
        get("unknown path", "/v2/nothing", 404, #"{"error":"there is nothing at /v2/nothing"#),
        get("unknown word", "/v2/models/plain/train", 404, "/v2/models/plain/train"),
        get("unknown model", "/v2/models/none", 404, #"{"error":"no model named 'none'; loaded: "#),
        get("unknown model ready", "/v2/models/none/ready", 404, "no model named 'none'"),
        get("unknown model configuration", "/v2/models/none/config", 404, "no model named 'none'"),
        get("unknown model statistics", "/v2/models/none/stats", 404, "no model named 'none'"),
        get("unknown version", "/v2/models/plain/versions/9", 404, "no version '9' of model 'plain'; loaded: v1"),
        infer("infer of an unknown model", "{}", 404, "no model named 'none'", model: "none"),
        call("wrong verb", "GET", "/v2/models/plain/infer", 405, "GET is not for this path; use POST, OPTIONS"),
        call("wrong verb on metadata", "POST", "/v2/models/plain", 405, "use GET, HEAD, OPTIONS"),
        call("wrong verb on logging", "PUT", "/v2/logging", 405, "use GET, HEAD, POST, OPTIONS"),
        infer("no JSON", "nonsense", 400, "line 1, column"),
        infer("nothing", "", 400, #"{"error":""#),
        infer("an array", "[]", 400, "'the request' must be an object, not an array"),
        infer("a key twice", #"{"inputs":[],"inputs":[]}"#, 400, "inputs"),
        Case(
            "wrong content type", "POST", "/v2/models/plain/infer", body: Array("a,b,c\n1,2,3\n".utf8),
            headers: ["Content-Type: text/csv"], 415, ["content type 'text/csv' is not known here"]),
        Case(
            "compressed", "POST", "/v2/models/plain/infer", body: [31, 139], headers: ["Content-Encoding: br"], 415,
            ["content encoding 'br' is not known"]),
        Case(
            "damaged gzip", "POST", "/v2/models/plain/infer", body: [31, 139], headers: ["Content-Encoding: gzip"], 400,
            ["the gzip data ends too early"]),
        call("generate", "POST", "/v2/models/plain/generate", 501, "the generate extension is not offered"),
        call("generate_stream", "POST", "/v2/models/plain/generate_stream", 501, "not offered"),
        get("an escape that is none", "/v2/models/%zz", 400, #"{"error":"The request target is not a valid"#),
        Case(
            "an unknown transfer coding", "GET", "/v2", body: nil, headers: ["Transfer-Encoding: chunked, chunked"],
            501, [#"{"error":""#]),
    ]

    // MARK: 3 Metadata

    private static let metadata = [
        get(
            "inputs of vectors", "/v2/models/plain", 200,
            #""inputs":[{"name":"input","datatype":"FP32","shape":[-1,3]},{"name":"latents","datatype":"FP32","#
                + #""shape":[-1,2]},{"name":"count","datatype":"INT64","shape":[-1]}]"#),
        get(
            "outputs of vectors", "/v2/models/plain", 200,
            #""outputs":[{"name":"mu","datatype":"FP32","shape":[-1,2]},{"name":"sigma","datatype":"FP32","#
                + #""shape":[-1,2]},{"name":"z","datatype":"FP32","shape":[-1,2]},{"name":"reconstruction","#
                + #""datatype":"FP32","shape":[-1,3]},{"name":"score","datatype":"FP64","shape":[-1]},"#
                + #"{"name":"reconstruction_term","datatype":"FP64","shape":[-1]},{"name":"kl","datatype":"FP64","#
                + #""shape":[-1]},{"name":"std_error","datatype":"FP64","shape":[-1]},{"name":"mean","datatype":"FP32","#
                + #""shape":[-1,3]},{"name":"draw","datatype":"FP32","shape":[-1,3]},{"name":"latent","#
                + #""datatype":"FP32","shape":[-1,2]},{"name":"sample","datatype":"FP32","shape":[-1,3]}]"#),
        get("images", "/v2/models/pixels", 200, #""shape":[-1,4]"#, #""properties":{"record_shape":"[2, 2]""#),
        get(
            "columns", "/v2/models/orders", 200, #"{"name":"amount","datatype":"FP64","shape":[-1]}"#,
            #"{"name":"color","datatype":"BYTES","shape":[-1]}"#,
            #""column.age":"real; may be missing (NaN, null or an empty text)""#,
            #""column.size":"ordinal: small, medium, large""#,
            #"{"name":"contributions","datatype":"FP64","shape":[-1,8]}"#,
            #"{"name":"reconstruction.color","datatype":"BYTES","shape":[-1]}"#, #"{"name":"p_value""#),
        get(
            "a condition", "/v2/models/conditional", 200, #"{"name":"condition","datatype":"BYTES","shape":[-1]}"#,
            "one for all or one for each: 3, 7, new"),
        get(
            "a condition among the columns", "/v2/models/told", 200, #"{"name":"kind","datatype":"BYTES","shape":[-1]}"#
        ),
    ]

    // MARK: 4 Inference

    private static let data = "[1,2,3]"
    private static let one = #"{"name":"input","shape":[1,3],"datatype":"FP32","data":[1,2,3]}"#

    private static let inference = [
        infer(
            "all outputs", #"{"inputs":[\#(one)]}"#, 200, #""name":"mu""#, #""name":"reconstruction""#,
            #""name":"std_error""#),
        infer("its name and version", #"{"inputs":[\#(one)]}"#, 200, #"{"model_name":"plain","model_version":"v1","#),
        infer("an id", #"{"id":"a\"b","inputs":[\#(one)]}"#, 200, #""id":"a\"b""#),
        infer("a null id", #"{"id":null,"inputs":[\#(one)],"outputs":null,"parameters":null}"#, 200, #""name":"mu""#),
        infer("an id that is no string", #"{"id":7,"inputs":[\#(one)]}"#, 400, "'id' must be a string, not a number"),
        infer("a redundant name", #"{"model_name":"x","more":[],"inputs":[\#(one)]}"#, 200, #""name":"mu""#),
        infer("no outputs", #"{"inputs":[\#(one)],"outputs":[]}"#, 200, #""name":"mu""#, #""name":"score""#),
        infer(
            "outputs in their order", #"{"inputs":[\#(one)],"outputs":[{"name":"score"},{"name":"mu"}]}"#, 200,
            #""outputs":[{"name":"score","datatype":"FP64","shape":[1],"data":["#,
            #"]},{"name":"mu","datatype":"FP32","shape":[1,2],"data":["#),
        infer(
            "an unknown output", #"{"inputs":[\#(one)],"outputs":[{"name":"x"}]}"#, 400,
            "the model has no output 'x' here; known: mu, sigma"),
        infer(
            "an output of another input", #"{"inputs":[\#(one)],"outputs":[{"name":"sample"}]}"#, 400,
            "the model has no output 'sample' here"),
        infer(
            "an output twice", #"{"inputs":[\#(one)],"outputs":[{"name":"mu"},{"name":"mu"}]}"#, 400,
            "output 'mu' already exists"),
        infer("an output without a name", #"{"inputs":[\#(one)],"outputs":[{}]}"#, 400, "outputs[].name"),
        infer(
            "classification", #"{"inputs":[\#(one)],"outputs":[{"name":"mu","parameters":{"classification":2}}]}"#, 400,
            "without 'classification'"),
        infer("no inputs", #"{"inputs":[]}"#, 400, "the request needs the input 'input' or 'latents' or 'count'"),
        infer("inputs left out", "{}", 400, "the request needs 'inputs'"),
        infer("inputs that are none", #"{"inputs":3}"#, 400, "must be an array"),
        infer("an input without a name", #"{"inputs":[{"shape":[1,3]}]}"#, 400, "inputs[].name"),
        infer("an input without a shape", #"{"inputs":[{"name":"input"}]}"#, 400, "input.shape"),
        infer("an input without a datatype", #"{"inputs":[{"name":"input","shape":[1,3]}]}"#, 400, "input.datatype"),
        infer(
            "an input without data", #"{"inputs":[{"name":"input","shape":[1,3],"datatype":"FP32"}]}"#, 400,
            "the request needs 'input.data' or 'input.parameters.binary_data_size'"),
        infer("an input twice", #"{"inputs":[\#(one),\#(one)]}"#, 400, "input 'input' already exists"),
        infer(
            "an unknown input", #"{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}"#, 400,
            "the model has no input 'x' here; known: input, latents, count"),
        infer(
            "records and a count",
            #"{"inputs":[\#(one),{"name":"count","shape":[1],"datatype":"INT64","data":[1]}]}"#, 400,
            "'inputs' must be nothing beside 'count'"),
        infer(
            "shared memory",
            #"{"inputs":[{"name":"input","shape":[1,3],"datatype":"FP32","parameters":{"shared_memory_region":"a"}}]}"#,
            400, "without shared memory"),
        tensor("flat", "[2,3]", "[1,2,3,4,5,6]", 200, #""shape":[2,2]"#),
        tensor("nested", "[2,3]", "[[1,2,3],[4,5,6]]", 200, #""shape":[2,2]"#),
        tensor("an image", "[1,2,2]", "[[[1,0],[0,1]]]", 200, #""shape":[1,4]"#, model: "pixels"),
        tensor("a flat image", "[1,2,2]", "[1,0,0,1]", 200, #""shape":[1,4]"#, model: "pixels"),
        tensor("an image as a vector", "[1,4]", "[1,0,0,1]", 200, #""shape":[1,4]"#, model: "pixels"),
        tensor("no row", "[0,3]", "[]", 200, #"{"name":"mu","datatype":"FP32","shape":[0,2],"data":[]}"#),
        tensor(
            "a flat array too short", "[2,3]", "[1,2,3,4,5]", 400,
            "'input.data' must be 6 elements for shape [2, 3], not 5"),
        tensor(
            "a flat array too long", "[1,3]", "[1,2,3,4]", 400,
            "'input.data' must be 3 elements for shape [1, 3], not 4"),
        tensor(
            "a row too short", "[2,3]", "[[1,2,3],[4,5]]", 400, "arrays of 3 in dimension 1 for shape [2, 3], not 2"),
        tensor("a row too long", "[1,3]", "[[1,2,3,4]]", 400, "arrays of 3 in dimension 1 for shape [1, 3], not 4"),
        tensor(
            "too many rows", "[1,3]", "[[1,2,3],[4,5,6]]", 400, "arrays of 1 in dimension 0 for shape [1, 3], not 2"),
        tensor(
            "nested and flat", "[2,3]", "[[1,2,3],4]", 400, "'input.data' must be flat or nested as its shape [2, 3]"),
        tensor("nested too deep", "[1,3]", "[[[1,2,3]]]", 400, "expected a number, got an array"),
        tensor("no array", "[1,3]", "7", 400, "'input.data' must be an array, not a number"),
        tensor(
            "a string among the numbers", "[2,3]", #"[1,2,3,4,"5",6]"#, 400,
            "row 1, column 1: expected a number, got a string"),
        tensor("a null among the numbers", "[1,3]", "[1,null,3]", 400, "row 0, column 1: expected a number, got null"),
        tensor(
            "a Boolean among the numbers", "[1,3]", "[1,true,3]", 400,
            "row 0, column 1: expected a number, got a Boolean"),
        tensor("a number too large", "[1,3]", "[1,2,1e39]", 400, "row 0, column 2: 1e+39 is beyond single precision"),
        tensor("not a number", "[1,3]", "[1,NaN,3]", 400, #"{"error":""#),
        tensor(
            "outside the support", "[2,4]", "[0,0,0,0,0,1,2,0]", 400, "row 1, column 2: 2.0 is outside", model: "pixels"
        ),
        tensor("a wrong width", "[2,2]", "[1,2,3,4]", 400, "'input.shape' must be [-1, 3], not [2, 2]"),
        tensor(
            "a wrong image", "[1,4,1]", "[1,0,0,1]", 400, "'input.shape' must be [-1, 4] or [-1, 2, 2], not [1, 4, 1]",
            model: "pixels"),
        tensor("no batch", "[3]", "[1,2,3]", 400, "'input.shape' must be [-1, 3], not [3]"),
        tensor("no dimension", "[]", "[1,2,3]", 400, "'input.shape' must be 1 to 32 numbers, not 0"),
        tensor(
            "a negative dimension", "[-1,3]", "[1,2,3]", 400, "'input.shape' must be without negative numbers, not -1"),
        tensor("a fraction as a dimension", "[1.5,3]", "[1,2,3]", 400, "1.5"),
        tensor("a product that overflows", "[4611686018427387904,3]", "[1,2,3]", 400, "a product below 2⁶³"),
        tensor("a side beyond 64 bits", "[18446744073709551615,3]", "[1,2,3]", 400, #"{"error":""#),
        tensor("a huge shape of little data", "[60000,3]", "[1,2,3]", 400, "must be 180000 elements"),
        tensor(
            "too many rows for one request", "[65537,3]", "[]", 413, "rows in one request: at most 65536, got 65537"),
        tensor("whole numbers", "[1,3]", "[1,2,3]", 200, #""name":"mu""#, datatype: "INT32"),
        tensor(
            "a fraction among whole numbers", "[1,3]", "[1,2.5,3]", 400,
            "row 0, column 1: expected a number, got 2.5, which is no INT32", datatype: "INT32"),
        tensor("a byte too large", "[1,3]", "[1,256,3]", 400, "got 256.0, which is no UINT8", datatype: "UINT8"),
        tensor("a negative unsigned number", "[1,3]", "[1,-1,3]", 400, "which is no UINT64", datatype: "UINT64"),
        tensor("flags", "[1,4]", "[true,false,true,true]", 200, #""name":"mu""#, datatype: "BOOL", model: "pixels"),
        tensor("double precision", "[1,3]", "[1,2,3]", 200, #""name":"mu""#, datatype: "FP64"),
        tensor("half precision", "[1,3]", "[1,2,3]", 400, "'input.data' must be binary for FP16", datatype: "FP16"),
        tensor("brain floats", "[1,3]", "[1,2,3]", 400, "'input.data' must be binary for BF16", datatype: "BF16"),
        tensor(
            "text", "[1,3]", #"["1","2","3"]"#, 400, "'input.datatype' must be a datatype of numbers, not BYTES",
            datatype: "BYTES"),
        tensor(
            "an unknown datatype", "[1,3]", "[1,2,3]", 400, "'input.datatype' must be one of BOOL, UINT8",
            datatype: "fp32"),
    ]

    private static let versions = [
        post(
            "a version", "/v2/models/plain/versions/v1/infer", #"{"inputs":[\#(one)]}"#, 200, #""model_version":"v1""#),
        post(
            "an unknown version", "/v2/models/plain/versions/2/infer", #"{"inputs":[\#(one)]}"#, 404,
            "no version '2' of model 'plain'; loaded: v1"),
        get("an unknown version's statistics", "/v2/models/plain/versions/2/stats", 404, "no version '2'"),
        infer(
            "no columns", #"{"inputs":[]}"#, 400, "needs the input the columns of a record or 'latents'", model: "table"
        ),
        infer(
            "a condition too long",
            #"{"inputs":[\#(pixels),{"name":"condition","shape":[70000],"datatype":"BYTES","data":[]}]}"#, 413,
            "rows in one request: at most 65536, got 70000", model: "conditional"),
        infer(
            "text too long",
            #"{"inputs":[\#(pixels),{"name":"condition","shape":[2],"datatype":"BYTES","data":["3","3","7"]}]}"#, 400,
            "'condition.data' must be 2 elements for shape [2], not 3", model: "conditional"),
    ]

    // MARK: Decoding, sampling, conditions, columns

    private static let amount = #"{"name":"amount","shape":[2],"datatype":"FP64","data":[12,8]}"#
    private static let hour = #"{"name":"hour","shape":[2,1],"datatype":"FP32","data":[[9],[23]]}"#
    private static let km = #"{"name":"km","shape":[2],"datatype":"FP64","data":[2.5,1]}"#
    private static let pixels = #"{"name":"input","shape":[2,4],"datatype":"FP32","data":[0,1,0,1,1,1,0,0]}"#

    private static let sources = [
        infer(
            "latents", #"{"inputs":[{"name":"latents","shape":[1,2],"datatype":"FP32","data":[0,1]}]}"#, 200,
            #""outputs":[{"name":"mean","datatype":"FP32","shape":[1,3],"#),
        infer(
            "latents of another width",
            #"{"inputs":[{"name":"latents","shape":[1,3],"datatype":"FP32","data":[0,1,2]}]}"#, 400,
            "'latents.shape' must be [-1, 2], not [1, 3]"),
        infer(
            "samples",
            #"{"parameters":{"seed":3},"inputs":[{"name":"count","shape":[1],"datatype":"INT64","data":[4]}]}"#, 200,
            #""parameters":{"seed":3},"outputs":[{"name":"latent","datatype":"FP32","shape":[4,2]"#,
            #"{"name":"sample","datatype":"FP32","shape":[4,3]"#),
        infer(
            "the means of samples",
            #"{"inputs":[{"name":"count","shape":[1,1],"datatype":"INT32","data":[[1]]}],"outputs":[{"name":"mean"}]}"#,
            200, #""name":"mean""#),
        infer(
            "no sample", #"{"inputs":[{"name":"count","shape":[1],"datatype":"INT64","data":[0]}]}"#, 400,
            "'count.data' must be a whole number from 1 to 65536"),
        infer(
            "two counts", #"{"inputs":[{"name":"count","shape":[2],"datatype":"INT64","data":[1,2]}]}"#, 400,
            "'count.shape' must be [1], not [2]"),
        infer(
            "an autoencoder has no samples",
            #"{"inputs":[{"name":"count","shape":[1],"datatype":"INT64","data":[1]}]}"#, 400,
            "the model has no input 'count' here", model: "autoencoder"),
        infer(
            "columns", #"{"inputs":[\#(amount),\#(hour),\#(km)]}"#, 200,
            #""name":"reconstruction.km","datatype":"FP64","shape":[2]"#, model: "table"),
        infer(
            "columns in any order", #"{"inputs":[\#(km),\#(amount),\#(hour)],"outputs":[{"name":"score"}]}"#, 200,
            #""name":"score""#, model: "table"),
        infer("a column missing", #"{"inputs":[\#(amount),\#(hour)]}"#, 400, "column 'km' is missing", model: "table"),
        infer(
            "a column of another length",
            #"{"inputs":[\#(amount),\#(hour),{"name":"km","shape":[3],"datatype":"FP64","data":[1,2,3]}]}"#, 400,
            "'km' has 3 rows, and 'amount' has 2", model: "table"),
        infer(
            "a column of two sides",
            #"{"inputs":[\#(amount),\#(hour),{"name":"km","shape":[1,2],"datatype":"FP64","data":[1,2]}]}"#, 400,
            "'km.shape' must be [-1] or [-1, 1], not [1, 2]", model: "table"),
        infer(
            "a text in a column of numbers",
            #"{"inputs":[\#(amount),\#(hour),{"name":"km","shape":[2],"datatype":"FP64","data":[1,"x"]}]}"#, 400,
            "row 1, column km: expected a number, got a string", model: "table"),
        infer(
            "words for a column of numbers",
            #"{"inputs":[\#(amount),\#(hour),{"name":"km","shape":[2],"datatype":"BYTES","data":["far","near"]}]}"#,
            400, "row 0, column 'km': expected a number, got 'far'", model: "table"),
        infer(
            "an empty cell that must not be",
            #"{"inputs":[\#(amount),\#(hour),{"name":"km","shape":[2],"datatype":"FP64","data":[1,null]}]}"#, 400,
            "row 1, column 'km': the value is missing", model: "table"),
        infer(
            "an unknown column",
            #"{"inputs":[\#(amount),\#(hour),\#(km),{"name":"x","shape":[2],"datatype":"FP64","data":[1,2]}]}"#, 400,
            "the model has no input 'x' here", model: "table"),
        infer(
            "a condition",
            #"{"inputs":[\#(pixels),{"name":"condition","shape":[2],"datatype":"BYTES","data":["3","new"]}]}"#, 200,
            #""name":"mu""#, model: "conditional"),
        infer(
            "a condition for all",
            #"{"inputs":[\#(pixels),{"name":"condition","shape":[1],"datatype":"INT32","data":[7]}]}"#, 200,
            #""name":"mu""#, model: "conditional"),
        infer(
            "a condition as a parameter", #"{"parameters":{"condition":"7"},"inputs":[\#(pixels)]}"#, 200,
            #""name":"mu""#, model: "conditional"),
        infer(
            "no condition", #"{"inputs":[\#(pixels)]}"#, 400, "the model is conditional: the request needs 'condition'",
            model: "conditional"),
        infer(
            "an unknown condition",
            #"{"inputs":[\#(pixels),{"name":"condition","shape":[1],"datatype":"BYTES","data":["8"]}]}"#, 400,
            "the model knows no level '8'; known: 3, 7, new", model: "conditional"),
        infer(
            "too many conditions",
            #"{"inputs":[\#(pixels),{"name":"condition","shape":[3],"datatype":"BYTES","data":["3","3","3"]}]}"#, 400,
            "'condition' has 3 rows, and 'input' has 2", model: "conditional"),
        infer(
            "a condition that the model does not take",
            #"{"inputs":[\#(one),{"name":"condition","shape":[1],"datatype":"BYTES","data":["3"]}]}"#, 400,
            "the model has no input 'condition' here"),
        infer(
            "a condition among the columns",
            #"{"inputs":[\#(amount),\#(hour),\#(km),{"name":"kind","shape":[2],"datatype":"BYTES","data":["a","b"]}]}"#,
            200, #""name":"mu""#, model: "told"),
        infer(
            "a condition beside the columns",
            #"{"inputs":[\#(amount),\#(hour),\#(km),{"name":"condition","shape":[1],"datatype":"BYTES","data":["a"]}]}"#,
            200, #""name":"mu""#, model: "told"),
        infer(
            "an unknown level among the columns",
            #"{"inputs":[\#(amount),\#(hour),\#(km),{"name":"kind","shape":[2],"datatype":"BYTES","data":["a","c"]}]}"#,
            400, "row 1, column 'kind': training did not see the level", model: "told"),
    ]

    // MARK: 5 Binary tensors

    private static let header =
        #"{"inputs":[{"name":"input","shape":[1,3],"datatype":"FP32","parameters":{"binary_data_size":12}}]}"#
    private static let bytes = floats([1, 2, 3])

    static func floats(_ numbers: [Float]) -> [UInt8] {
        numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> ($0 * 8)) } }
    }

    private static func header(_ datatype: String, _ size: Int) -> String {
        #"{"inputs":[{"name":"input","shape":[1,3],"datatype":"\#(datatype)","parameters":{"binary_data_size":\#(size)}}]}"#
    }

    private static let binaries = [
        binary("binary", header, bytes, 200, #""name":"mu""#),
        binary(
            "bytes behind the last tensor", header, bytes + [0], 400,
            "unexpected additional input data: 1 bytes behind the last tensor"),
        binary(
            "too few bytes", header, Array(bytes.dropLast()), 400,
            "input 'input' takes 12 bytes of binary data, and there are 11"),
        binary(
            "a size that does not fit the shape", header("FP32", 8), Array(bytes.prefix(8)), 400,
            "'input.parameters.binary_data_size' must be 12 for shape [1, 3] of FP32, not 8"),
        binary("a negative size", header("FP32", -4), bytes, 400, "'binary_data_size' must be 0 to"),
        binary(
            "a size beyond 32 bits", header("FP32", 5_000_000_000), bytes, 400,
            "takes 5000000000 bytes of binary data, and there are 12"),
        binary(
            "a header beyond the body", header, bytes, 400, "'Inference-Header-Content-Length' must be 0 to",
            length: "99999"),
        binary("a header beyond 32 bits", header, bytes, 400, "not '4294967296'", length: "4294967296"),
        binary("a negative header", header, bytes, 400, "not '-1'", length: "-1"),
        binary("a header that is no number", header, bytes, 400, "not 'x'", length: "x"),
        binary("a header cut off", header, bytes, 400, #"{"error":""#, length: "20"),
        infer("binary without its header", header, 400, "takes 12 bytes of binary data, and there are 0"),
        binary(
            "data and binary data",
            #"{"inputs":[{"name":"input","shape":[1,3],"datatype":"FP32","data":[1,2,3],"parameters":{"binary_data_size":12}}]}"#,
            bytes, 400, "absent where 'binary_data_size' is given"),
        binary("not a number", header, floats([1, .nan, 3]), 400, "row 0, column 1: expected a number, got NaN"),
        binary(
            "an infinity", header, floats([1, 2, -.infinity]), 400, "row 0, column 2: -inf is beyond single precision"),
        binary("half precision", header("FP16", 6), [0, 60, 0, 64, 0, 66], 200, #""name":"mu""#),
        binary("brain floats", header("BF16", 6), [128, 63, 0, 64, 64, 64], 200, #""name":"mu""#),
        binary("bytes as numbers", header("INT8", 3), [1, 255, 3], 200, #""name":"mu""#),
        binary("a flag that is none", header("BOOL", 3), [1, 2, 0], 400, "which is no BOOL"),
        binary(
            "words",
            #"{"inputs":[{"name":"input","shape":[2,4],"datatype":"UINT8","parameters":{"binary_data_size":8}},{"name":"condition","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":12}}]}"#,
            [0, 1, 0, 1, 1, 1, 0, 0] + [1, 0, 0, 0, 51, 3, 0, 0, 0, 110, 101, 119], 200, #""name":"mu""#,
            model: "conditional"),
        binary(
            "words cut off",
            #"{"inputs":[{"name":"input","shape":[1,4],"datatype":"UINT8","parameters":{"binary_data_size":4}},{"name":"condition","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":5}}]}"#,
            [0, 1, 0, 1] + [2, 0, 0, 0, 51], 400, "input 'condition' takes 2 bytes of binary data, and there are 1",
            model: "conditional"),
        binary(
            "more words than the shape",
            #"{"inputs":[{"name":"input","shape":[1,4],"datatype":"UINT8","parameters":{"binary_data_size":4}},{"name":"condition","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":10}}]}"#,
            [0, 1, 0, 1] + [1, 0, 0, 0, 51, 1, 0, 0, 0, 51], 400, "'condition.data' must be 1 elements, not more",
            model: "conditional"),
        binary(
            "raw", "", bytes, 200, #"{"name":"mu","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}}"#
        ),
        binary("raw rows", "", bytes + bytes, 200, #""shape":[2,2]"#),
        binary(
            "raw of a wrong length", "", bytes + [0], 400,
            "'the body' must be a multiple of 12 bytes for [-1, 3] of FP32, not 13"),
        binary("raw of nothing", "", [], 400, "'the body' must be a multiple of 12 bytes"),
        binary("raw of columns", "", bytes, 400, "above 0 for a model of 3 inputs", model: "table"),
    ]

    // MARK: 6 Parameters

    private static func parameters(
        _ name: String, _ parameters: String, _ status: Int, _ says: String..., model: String = "plain"
    ) -> Case {
        let body = #"{"parameters":{\#(parameters)},"inputs":[\#(one)],"outputs":[{"name":"score"}]}"#
        return Case(name, "POST", "/v2/models/\(model)/infer", body: Array(body.utf8), status, says)
    }

    private static let parameters = [
        parameters("a seed", #""seed":7,"samples":2"#, 200, #""parameters":{"seed":7}"#),
        parameters("a bound", #""bound":"iw""#, 200, #""name":"score""#),
        parameters("an unknown bound", #""bound":"x""#, 400, "'bound' must be one of 'elbo', 'iw', not 'x'"),
        parameters("too many samples", #""samples":1000000"#, 400, "'samples' must be 0 to 10000"),
        parameters(
            "a ranking without a calibration", #""rank":"elbo""#, 400,
            "'rank' must be absent: the model has no calibration"),
        parameters("unknown", #""x":1,"y":"z""#, 200, #""name":"score""#),
        parameters("reserved", #""triton_x":1"#, 400, "'triton_x'"),
        parameters(
            "an object", #""x":{}"#, 400, "'parameters.x' must be a string, a number or a Boolean, not an object"),
        parameters(
            "sequences", #""sequence_id":"a","sequence_start":true,"sequence_end":false,"headers":"x""#, 200,
            #""name":"score""#),
        parameters("a sequence by number", #""sequence_id":4"#, 200, #""name":"score""#),
        parameters("priority", #""priority":1"#, 200, #""name":"score""#),
        parameters("a negative priority", #""priority":-1"#, 400, "priority"),
        parameters("no timeout", #""timeout":0"#, 200, #""name":"score""#),
        parameters("time enough", #""timeout":30000000"#, 200, #""name":"score""#),
        parameters("no time", #""timeout":1"#, 504, #"{"error":"the request waited too long"}"#),
        parameters("a negative timeout", #""timeout":-5"#, 400, "'timeout' must be 0 to"),
        infer("parameters that are none", #"{"parameters":[],"inputs":[\#(one)]}"#, 400, "must be an object"),
        infer(
            "parts of a bound that has none",
            #"{"parameters":{"bound":"iw"},"inputs":[\#(one)],"outputs":[{"name":"kl"}]}"#, 400,
            "there is no output 'kl': bound 'iw' has no parts"),
        infer(
            "all of a bound that has no parts", #"{"parameters":{"bound":"iw"},"inputs":[\#(one)]}"#, 200,
            #""name":"score""#),
    ]

    // MARK: 7 Repository

    private static let repository = [
        post(
            "index of the ready", "/v2/repository/index", #"{"ready":true}"#, 200,
            #"{"name":"plain","version":"v1","state":"READY","reason":""}"#),
        post("index of nonsense", "/v2/repository/index", "x", 400, #"{"error":""#),
        call(
            "load of what is nowhere", "POST", "/v2/repository/models/none/load", 404, "no model named 'none' to load"),
        call(
            "unload of what is nowhere", "POST", "/v2/repository/models/none/unload", 404,
            "no model named 'none' is loaded"),
        post(
            "a configuration", "/v2/repository/models/plain/load", #"{"parameters":{"config":"{}"}}"#, 400,
            "without 'config'"),
        post(
            "a file", "/v2/repository/models/plain/load", #"{"parameters":{"file:1/model":"aa"}}"#, 400,
            "without 'file:1/model'"),
        post(
            "parameters that are none", "/v2/repository/models/plain/unload", #"{"parameters":3}"#, 400,
            "must be an object"),
        call("wrong verb", "GET", "/v2/repository/models/plain/load", 405, "use POST, OPTIONS"),
    ]

    static let cases =
        endpoints + errors + metadata + inference + versions + sources + binaries + parameters + repository

    @Test(arguments: cases)
    func conforms(_ test: Case) throws {
        let client = try service.connect()
        let names = test.headers.map { $0.lowercased() }
        let type = names.contains { $0.hasPrefix("content-type") } ? nil : "application/json"
        try client.send(test.method, test.path, bytes: test.body, type: type, headers: test.headers)
        let response = try client.response(toHEAD: test.method == "HEAD")
        #expect(response.status == test.status)
        for text in test.says { #expect(response.text.contains(text), "\(response.text.prefix(2_000))") }
        if test.status >= 400 {
            #expect(response.header("content-type") == "application/json")
            #expect(response.text.hasPrefix(#"{"error":""#) && response.text.hasSuffix("\"}\n"))
        }
        if test.status == 405 { #expect(response.header("allow") != nil) }
    }

    @Test func thereAreManyCases() {
        #expect(Self.cases.count > 150)
    }
}
