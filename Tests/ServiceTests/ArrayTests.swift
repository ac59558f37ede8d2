import Inference
import JSON
import Kernels
import NumPy
import TestSupport
import Testing

@testable import Service

/// Rows of numbers as little-endian `Float`s and as NumPy's arrays, both ways: every number as JSON has it, to the bit.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct ArrayTests {
    private static let shared = Result {
        try TestService([
            TestModels.orders(), TestModels.plain(), TestModels.pixels(), TestModels.conditional(),
            TestModels.levels(), TestModels.autoencoder(),
        ])
    }
    private let service: TestService

    init() throws {
        service = try Self.shared.get()
    }

    private static let npy = "application/x-npy"
    private static let octets = "application/octet-stream"

    /// Numbers from 0 to 1 that are no short decimal fractions.
    private static func numbers(_ count: Int, seed: UInt64 = 1) -> [Float] {
        var random = SeededGenerator(state: seed)
        return (0..<count).map { _ in Float.random(in: 0...1, using: &random) }
    }

    private func post(_ path: String, _ bytes: [UInt8], _ type: String, accept: String? = nil) throws -> TestResponse {
        try service.post("/v1/models/\(path)", bytes: bytes, type: type, accept: accept)
    }

    private func post(_ path: String, _ json: String, accept: String? = nil) throws -> TestResponse {
        try service.post("/v1/models/\(path)", json, accept: accept)
    }

    // MARK: In

    @Test(arguments: [
        ("plain/encode", "inputs", 3), ("plain/reconstruct", "inputs", 3), ("plain/score?samples=2", "inputs", 3),
        ("plain/decode", "latents", 2), ("pixels/encode", "inputs", 4), ("pixels/score", "inputs", 4),
        ("levels/encode", "inputs", 4), ("levels/decode", "latents", 4), ("autoencoder/encode", "inputs", 4),
        ("conditional/score?condition=7", "inputs", 4), ("conditional/decode?condition=new", "latents", 2),
    ])
    func everyWayInGivesTheSameBytes(_ path: String, _ field: String, _ width: Int) throws {
        let numbers = Self.numbers(5 * width)
        let expected = try post(path, ArrayBodies.json(field, numbers, width: width))
        #expect(expected.status == 200, "\(expected.text)")
        let ways: [([UInt8], String)] = [
            (ArrayBodies.floats(numbers), Self.octets), (ArrayBodies.npy(numbers, [5, width]), Self.npy),
            (ArrayBodies.npy(numbers, [5, width]), "application/npy"),
            (ArrayBodies.npy(numbers.map { Double($0) }, [5, width]), Self.npy),
            (ArrayBodies.columnMajor(numbers, width: width), Self.npy),
        ]
        for (body, type) in ways {
            let response = try post(path, body, type, accept: "application/json")
            #expect(response.text == expected.text)
            #expect(response.header("content-type") == "application/json")
            #expect(response.header("x-elbo-shape") == nil)
        }
    }

    @Test func anImageMayHaveItsSides() throws {
        let numbers = Self.numbers(8)
        let two = try post("pixels/encode", ArrayBodies.floats(numbers), Self.octets).bytes
        let one = try post("pixels/encode", ArrayBodies.floats(Array(numbers[..<4])), Self.octets).bytes
        for shape in [[2, 4], [2, 2, 2]] {
            #expect(
                try post("pixels/encode", ArrayBodies.npy(numbers, shape), Self.npy, accept: Self.octets).bytes == two)
        }
        for shape in [[4], [1, 4], [2, 2], [1, 2, 2]] {
            let body = ArrayBodies.npy(Array(numbers[..<4]), shape)
            #expect(try post("pixels/encode", body, Self.npy, accept: Self.octets).bytes == one)
        }
        // An image by itself, its columns side by side.
        let turned = ArrayBodies.columnMajor(Array(numbers[..<4]), width: 2)
        #expect(turned.suffix(16) != ArrayBodies.floats(Array(numbers[..<4]))[...])
        #expect(try post("pixels/encode", turned, Self.npy, accept: Self.octets).bytes == one)
        let vector =
            ArrayBodies.fortran(NPYArray.header(.float32, shape: [4])) + ArrayBodies.floats(Array(numbers[..<4]))
        #expect(try post("pixels/encode", vector, Self.npy, accept: Self.octets).bytes == one)
    }

    @Test func wholeNumbersAreNumbersToo() throws {
        let expected = try post("plain/encode", #"{"inputs":[[1,-2,3],[0,5,-6]]}"#)
        let bytes = [1, -2, 3, 0, 5, -6].map { UInt8(truncatingIfNeeded: $0) }
        let body = NPYArray.header(.int8, shape: [2, 3]) + bytes
        #expect(try post("plain/encode", body, Self.npy, accept: "application/json").text == expected.text)
        let wide =
            NPYArray.header(.int64, shape: [2, 3])
            + bytes.flatMap { byte in
                [byte] + [UInt8](repeating: byte > 127 ? 255 : 0, count: 7)
            }
        #expect(try post("plain/encode", wide, Self.npy, accept: "application/json").text == expected.text)
    }

    /// Parsed elsewhere than small bodies.
    @Test func largeBodiesAreAnsweredToo() throws {
        let numbers = Self.numbers(3 * 30_000)
        #expect(ArrayBodies.floats(numbers).count > ParsingQueue.mostBytesInPlace)
        let whole = try post("plain/encode", ArrayBodies.npy(numbers, [30_000, 3]), Self.npy, accept: Self.octets)
        #expect(whole.header("x-elbo-shape") == "30000, 2")
        let half = try post("plain/encode", ArrayBodies.floats(Array(numbers[45_000...])), Self.octets)
        #expect(whole.bytes.suffix(120_000) == half.bytes[...])
    }

    @Test func bodiesMayComeInPieces() throws {
        let body = ArrayBodies.npy(Self.numbers(6), [2, 3])
        let client = try service.connect()
        try client.sendChunked("/v1/models/plain/encode", body.map { [$0] }, type: Self.npy)
        #expect(try client.response().bytes == post("plain/encode", body, Self.npy).bytes)
    }

    // MARK: Out

    private static let answers: [(String, String, [String])] = [
        ("plain/encode", #"{"inputs":[[1,2,3],[4,5,6.5]],"sample":true,"seed":4}"#, ["mu", "sigma", "z"]),
        ("plain/decode", #"{"latents":[[1,2],[4,-0.3]],"draw":true,"seed":4}"#, ["mean", "draw"]),
        ("plain/reconstruct", #"{"inputs":[[1,2,3],[4,5,6.5]]}"#, ["reconstruction"]),
        ("plain/score", #"{"inputs":[[1,2,3],[4,5,6.5]]}"#, ["score", "reconstruction", "kl", "std_error"]),
        ("plain/score", #"{"inputs":[[1,2,3],[4,5,6.5]],"bound":"iw"}"#, ["score"]),
        ("plain/sample", #"{"count":3,"seed":9,"mean":true}"#, ["sample", "mean", "latent"]),
        ("plain/interpolate", #"{"latents":[[1,2],[4,-0.3]],"steps":5}"#, ["mean", "latent"]),
        ("pixels/interpolate", #"{"inputs":[[1,0,0,1],[0,0,1,1]],"steps":5}"#, ["mean", "latent"]),
        ("orders/encode", orders, ["mu", "sigma"]),
        (
            "orders/score", orders,
            ["score", "reconstruction", "kl", "std_error", "anomaly_score", "p_value", "percentile"]
        ),
    ]

    private static let orders =
        #"{"records":[{"amount":4.5,"items":2,"express":"no","color":"red","size":"small","age":30,"country":"DE"},{"amount":70,"items":1,"express":"yes","color":"green","size":"large","country":"DE"}]}"#

    @Test(arguments: answers)
    func answersHaveTheNumbersOfTheJSON(_ path: String, _ body: String, _ outputs: [String]) throws {
        let json = try post(path, body)
        let usual = try post(path, body, accept: Self.npy)
        for output in outputs {
            let expected = try ArrayBodies.numbers(json, output)
            let array = try post("\(path)?output=\(output)", body, accept: Self.npy)
            #expect(array.status == 200, "\(array.text)")
            #expect(array.header("content-type") == Self.npy)
            let (shape, values) = try ArrayBodies.numbers(npy: array.bytes)
            #expect(values.map(\.bitPattern) == expected.map(\.bitPattern), "\(output)")
            #expect(shape[0] == json.results.count && shape.reduce(1, *) == values.count)
            #expect(array.header("x-elbo-shape") == shape.map(String.init).joined(separator: ", "))
            #expect((array.bytes == usual.bytes) == (output == outputs[0]))

            let raw = try post("\(path)?output=\(output)", body, accept: Self.octets)
            #expect(raw.header("content-type") == Self.octets)
            #expect(raw.header("x-elbo-shape") == array.header("x-elbo-shape"))
            #expect(raw.bytes == ArrayBodies.floats(expected.map { Float($0) }))
        }
    }

    /// Scores have a number for each row, and all of its digits.
    @Test func scoresAreDoubles() throws {
        let response = try post("plain/score", ArrayBodies.floats(Self.numbers(6)), Self.octets, accept: Self.npy)
        let array = try NPYArray(response.bytes)
        #expect(array.element == .float64 && array.shape == [2])
        let codes = try post("plain/encode", ArrayBodies.floats(Self.numbers(6)), Self.octets, accept: Self.npy)
        #expect(try NPYArray(codes.bytes).element == .float32)
    }

    @Test func answersInTheFormOfTheBody() throws {
        let numbers = Self.numbers(6)
        let npy = try post("plain/encode", ArrayBodies.npy(numbers, [2, 3]), Self.npy)
        #expect(npy.header("content-type") == Self.npy)
        #expect(try post("plain/encode", ArrayBodies.npy(numbers, [2, 3]), Self.npy, accept: "*/*").bytes == npy.bytes)
        let raw = try post("plain/encode", ArrayBodies.floats(numbers), Self.octets)
        #expect(raw.header("content-type") == Self.octets && raw.header("x-elbo-shape") == "2, 2")
        #expect(npy.bytes.suffix(16) == raw.bytes[...])
        let other = try post("plain/encode", ArrayBodies.npy(numbers, [2, 3]), Self.npy, accept: "application/npy")
        #expect(other.header("content-type") == "application/npy" && other.bytes == npy.bytes)
        let text = try post("plain/encode", ArrayBodies.floats(numbers), Self.octets, accept: "text/csv")
        #expect(text.lines.count == 3)
    }

    /// Codes are rows of numbers whatever the records are.
    @Test func codesOfATableMayComeAsAnArray() throws {
        let codes = Self.numbers(6)
        let expected = try post("orders/decode", ArrayBodies.json("latents", codes, width: 3))
        let response = try post("orders/decode", ArrayBodies.floats(codes), Self.octets)
        #expect(response.header("content-type") == "application/json")
        #expect(response.text == expected.text)
    }

    // MARK: Refusals

    private func refusal(
        _ path: String, _ body: [UInt8], _ type: String, accept: String? = nil
    ) throws -> (status: Int, text: String) {
        let response = try post(path, body, type, accept: accept)
        #expect(response.header("content-type") == "application/json")
        return (response.status, response.text)
    }

    @Test func refusesBrokenRows() throws {
        let broken = try refusal("plain/score", [UInt8](repeating: 0, count: 13), Self.octets)
        #expect(broken.status == 422)
        #expect(
            broken.text
                == envelope(
                    "shape_mismatch",
                    "13 bytes are no whole number of rows; a row is 3 numbers of 4 bytes, little-endian",
                    #","expected":"a multiple of 12 bytes","got":"13""#))
        for (type, status, code) in [(Self.octets, 422, "empty_input"), (Self.npy, 400, "invalid_npy")] {
            let empty = try refusal("plain/score", [], type)
            #expect(empty.status == status && empty.text.contains("\"code\":\"\(code)\""))
        }
        let none = try refusal("plain/score", ArrayBodies.npy([Float](), [0, 3]), Self.npy)
        #expect(none.text == envelope("empty_input", "'the body' holds no row"))
    }

    @Test(arguments: [[], [2], [6], [3, 2], [2, 3, 1], [1, 2, 3], [0]])
    func refusesOtherShapes(_ shape: [Int]) throws {
        let numbers = [Float](repeating: 0, count: shape.reduce(1, *))
        let response = try refusal("plain/encode", ArrayBodies.npy(numbers, shape), Self.npy)
        #expect(response.status == 422)
        #expect(
            response.text
                == envelope(
                    "shape_mismatch", "an array of shape \(shape); expected [rows, 3]",
                    #","expected":"[rows, 3]","got":"\#(shape)""#))
    }

    @Test func namesBothShapesOfImages() throws {
        let response = try refusal("pixels/encode", ArrayBodies.npy([Float](repeating: 0, count: 3), [3]), Self.npy)
        #expect(response.text.contains("expected [rows, 4] or [rows, 2, 2]"))
        let cube =
            ArrayBodies.fortran(NPYArray.header(.float32, shape: [2, 2, 2])) + ArrayBodies.floats(Self.numbers(8))
        let turned = try refusal("pixels/encode", cube, Self.npy)
        #expect(turned.status == 422)
        #expect(turned.text.contains("'fortran_order' must be False for an array of 3 dimensions, not True"))
    }

    @Test func refusesWhatIsNotFiniteWithItsPlace() throws {
        for (number, code, text) in [
            (Float.nan, "not_a_number", "row 1, column 2: expected a number, got NaN"),
            (.infinity, "out_of_range", "row 1, column 2: inf is beyond single precision"),
            (-.infinity, "out_of_range", "row 1, column 2: -inf is beyond single precision"),
        ] {
            var numbers = Self.numbers(9)
            numbers[5] = number
            let bodies = [
                (ArrayBodies.floats(numbers), Self.octets), (ArrayBodies.npy(numbers, [3, 3]), Self.npy),
                (ArrayBodies.npy(numbers.map { Double($0) }, [3, 3]), Self.npy),
                (ArrayBodies.columnMajor(numbers, width: 3), Self.npy),
            ]
            for (body, type) in bodies {
                let response = try refusal("plain/score", body, type)
                #expect(response.status == 422)
                #expect(
                    response.text.hasPrefix(#"{"error":{"code":"\#(code)","message":"\#(text)","row":1,"column":"2""#))
            }
        }
        let large = try refusal("plain/score", ArrayBodies.npy([0, 1e39, 0], [3]), Self.npy)
        #expect(large.text.contains("\"code\":\"out_of_range\"") && large.text.contains("\"row\":0,\"column\":\"1\""))
        let outside = try refusal("pixels/score", ArrayBodies.floats([0, 0, 2, 0]), Self.octets)
        #expect(outside.text.contains("\"code\":\"outside_support\"") && outside.text.contains("\"column\":\"2\""))
    }

    @Test func refusesArraysOfRecordsForTables() throws {
        for verb in ["score", "encode", "reconstruct"] {
            for (body, type) in [(ArrayBodies.floats([0]), Self.octets), (ArrayBodies.npy([Float(0)], [1]), Self.npy)] {
                let response = try refusal("orders/\(verb)", body, type)
                #expect(response.status == 422)
                #expect(
                    response.text.hasPrefix(
                        #"{"error":{"code":"no_arrays","message":"model 'orders' has named columns"#))
            }
        }
        for (path, body) in [
            ("orders/decode", #"{"latents":[0,0,0]}"#), ("orders/sample", "{}"), ("orders/reconstruct", Self.orders),
        ] {
            #expect(try post(path, body, accept: Self.npy).status == 406)
        }
    }

    @Test func refusesArraysWhereNoRowsAreTaken() throws {
        for verb in ["sample", "interpolate"] {
            let response = try refusal("plain/\(verb)", ArrayBodies.floats([0, 0]), Self.octets)
            #expect(response.status == 415)
            #expect(response.text.contains("\(verb) takes application/json, not 'application/octet-stream'"))
        }
        #expect(try refusal("plain/decode", Array("a,b\n1,2\n".utf8), "text/csv").status == 415)
        let table = try service.post("/v1/models/plain/score", "a,b,c\n1,2,3\n", type: "text/csv", accept: Self.npy)
        #expect(table.status == 406)
    }

    @Test func refusesOutputsThatThereAreNot() throws {
        let body = ArrayBodies.floats([1, 2, 3])
        let known = "'output' must be one of 'mu', 'sigma', 'z', not 'mean'"
        for accept in ["application/json", Self.npy] {
            let response = try refusal("plain/encode?output=mean", body, Self.octets, accept: accept)
            #expect(response.status == 422 && response.text.contains(known))
        }
        let draw = try refusal("plain/encode?output=z", body, Self.octets)
        #expect(draw.text.contains("'output' must be one of 'mu', 'sigma' in this request, not 'z'"))
        let bound = try refusal("plain/score?bound=iw&output=kl", body, Self.octets)
        #expect(bound.text.contains("'output' must be one of 'score' in this request, not 'kl'"))
        let seed = try post("orders/score?samples=3&output=p_value", Self.orders, accept: Self.npy)
        #expect(seed.status == 422 && seed.text.contains("'anomaly_score' in this request, not 'p_value'"))
        let skip = try refusal("plain/score?on_error=skip", body, Self.octets)
        #expect(skip.text.contains("'on_error' must be 'stop' where the answer is an array, not 'skip'"))
        #expect(try refusal("plain/score?sample=true", body, Self.octets).text.contains("unknown_parameter"))
        let json = #"{"latents":[0,0,0],"output":"mean"}"#
        #expect(try post("orders/decode", json).text.contains("unknown_field"))
    }

    @Test func refusesTooManyRows() throws {
        let body = [UInt8](repeating: 0, count: 12 * 65_537)
        #expect(try refusal("plain/score", body, Self.octets).status == 413)
        let array = try refusal("plain/score", NPYArray.header(.float32, shape: [65_537, 3]) + body, Self.npy)
        #expect(array.status == 413 && array.text.contains("rows in one request: at most 65536, got 65537"))
    }

    @Test func survivesTruncationAtEveryLength() throws {
        let client = try service.connect()
        let whole = ArrayBodies.npy(Self.numbers(6), [2, 3])
        for length in 0..<whole.count {
            try client.send("POST", "/v1/models/plain/score", bytes: Array(whole[..<length]), type: Self.npy)
            let response = try client.response()
            #expect(response.status == 400 && response.text.contains("\"code\":\"invalid_npy\""))
        }
        var random = SeededGenerator(state: 3)
        for _ in 0..<300 {
            var broken = whole
            broken[Int.random(in: 0..<70, using: &random)] ^= UInt8.random(in: 1 ... .max, using: &random)
            try client.send("POST", "/v1/models/plain/score", bytes: broken, type: Self.npy)
            #expect(try [200, 400, 413, 422].contains(client.response().status))
        }
        try client.send("POST", "/v1/models/plain/score", bytes: whole, type: Self.npy)
        #expect(try client.response().status == 200)
    }
}
