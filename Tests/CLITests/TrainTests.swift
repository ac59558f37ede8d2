import Files
import Testing

@Suite struct TrainTests {
    private let program: Program

    init() throws {
        program = try TrainedProgram.copy()
    }

    @Test func columnsComeBackAsTheyWere() throws {
        let outcome = try program.run("elbo columns data.csv >columns.json")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("10.0 % missing"))
        #expect(outcome.errors.contains("such as light, blue") || outcome.errors.contains("such as red"))
        #expect(outcome.errors.split(separator: "\n").count == 3)
        let train = "elbo train data.csv --epochs 3 --hidden 8 --latent 2 --output"
        let again = try program.run(
            "\(train) again --columns columns.json && cmp m/weights.safetensors again/weights.safetensors")
        #expect(again.status == 0, "\(again.errors)")
    }

    @Test func editedColumnsAreUsed() throws {
        try program.write(
            "columns.json",
            "{\"missing_tokens\":[\"\",\"red\"],\"columns\":[{\"name\":\"size\",\"kind\":\"ignored\"},{\"name\":\"amount\",\"kind\":\"real\"}]}"
        )
        let outcome = try program.run(
            "elbo train data.csv --epochs 1 --hidden 8 --latent 2 --output o --columns columns.json --missing-token -1")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.errors.contains("  size    ignored               not part of the model\n"), "\(outcome.errors)")
        #expect(outcome.errors.contains("  colour  binary, may be empty  Bernoulli\n"))
        let inspected = try program.run("elbo inspect o").output
        #expect(
            inspected.contains("command     elbo train data.csv --missing-token '-1' --columns columns.json --hidden 8")
        )
    }

    @Test func saysWhatItChoseAndHowItIsCalibrated() throws {
        let outcome = try program.run("elbo train data.csv --epochs 1 --hidden 8 --latent 2 --output o")
        #expect(outcome.errors.contains("  colour  categorical"))
        #expect(outcome.errors.contains("3 levels"))
        #expect(outcome.output.contains("calibrated on 60 rows that training has not seen"))
        let inspected = try program.run("elbo inspect o").output
        #expect(inspected.contains("smallest alpha 0.0164"))
        #expect(inspected.contains("ranking     combined"))
        #expect(inspected.contains("  colour  categorical"))
    }

    @Test func numbersCanStandForMissing() throws {
        try program.run("sed 's/^,/-999,/' data.csv >coded.csv")
        let outcome = try program.run(
            "elbo train coded.csv --epochs 3 --hidden 8 --latent 2 --output o --missing-token -999 2>&1 | grep amount\n"
                + "cmp m/weights.safetensors o/weights.safetensors && elbo score o coded.csv >a && elbo score m data.csv >b && cmp a b"
        )
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("may be empty"))
    }

    @Test(
        arguments: [
            ("--columns nowhere.json", 1, "nowhere.json: cannot open"),
            ("--columns data.csv", 1, "data.csv: "),
            ("--calibration 0.95", 64, "--calibration must be 0 or more"),
            ("--hide 0.7", 64, "--hide must be from 0 to 0.5"),
            ("--convolutional", 64, "the data of --convolutional must be images"),
            ("--convolutional --hidden 8", 64, "--convolutional and --hidden both say what the layers are"),
            ("--network n.json --latent 2", 64, "--network and --latent both say what the layers are"),
            ("--network n.json --convolutional", 64, "--network and --convolutional both say"),
            ("--network nowhere.json", 1, "cannot open nowhere.json"),
            ("--network data.csv", 1, "data.csv: "),
        ] as [(String, Int32, String)])
    func refusesBadOptions(options: String, status: Int32, message: String) throws {
        let outcome = try program.run("elbo train data.csv --output o \(options)")
        #expect(outcome.status == status)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test func aFileSaysTheLayers() throws {
        let layers = "{\"type\":\"dense\",\"units\":6,\"activation\":\"relu\"},{\"type\":\"batch_norm\"}"
        try program.write("n.json", "{\"latent_dimension\":2,\"encoder\":[\(layers)],\"decoder\":[]}")
        let outcome = try program.run(
            "elbo train data.csv --epochs 1 --likelihood gaussian --network n.json --output o")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let inspected = try program.run("elbo inspect o").output
        #expect(inspected.contains("  encoder     6 relu → batch norm\n") && inspected.contains("--network n.json"))
        try program.write("n.json", "{\"latent_dimension\":2,\"encoder\":[{\"type\":\"flat\"}],\"decoder\":[]}")
        let wrong = try program.run("elbo train data.csv --network n.json --output o")
        #expect(wrong.status == 1 && wrong.errors.contains("n.json: encoder[0].type is 'flat'"), "\(wrong.errors)")
        try program.write(
            "n.json", "{\"latent_dimension\":2,\"encoder\":[{\"type\":\"upsample\",\"factor\":2}],\"decoder\":[]}")
        let unfit = try program.run("elbo train data.csv --network n.json --output o")
        #expect(unfit.status == 1 && unfit.errors.contains("encoder[0]: needs an image"), "\(unfit.errors)")
    }

    @Test func namesTheRowOfABadCell() throws {
        let rows = (1...100).map { $0 == 77 ? "1,18.,red" : "\($0),\($0).5,red" }
        try program.write("bad.csv", "a,b,c\n" + rows.joined(separator: "\n") + "\n")
        for command in ["elbo train bad.csv --output o", "elbo columns bad.csv"] {
            let outcome = try program.run(command)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("row 77, column 'b': expected a number, got '18.'"), "\(outcome.errors)")
            #expect(!FileSystem.exists(program.folder("o")))
        }
    }

    @Test func suspectsAMissingHeader() throws {
        try program.write("bare.csv", "1.5,20,red\n2,30,blue\n2.5,10,red\n")
        #expect(try program.run("elbo columns bare.csv").errors.contains("warning: the first line holds numbers"))
        #expect(!(try program.run("elbo columns data.csv").errors.contains("warning")))
    }
}
