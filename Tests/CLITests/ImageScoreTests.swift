import Files
import Testing

/// Images are ranked and calibrated as tables are.
@Suite struct ImageScoreTests {
    private let program: Program

    init() throws {
        program = try Program()
        let places = (0..<300 * 20).map { (row: $0 / 20, column: $0 % 20) }
        let pixels = places.map { row, column -> UInt8 in
            (column + row) % 4 == 0 ? 255 : UInt8(row * column * 37 % 90)
        }
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 1, 44, 0, 0, 0, 4, 0, 0, 0, 5]
        try FileSystem.write(header + pixels, to: program.folder("images"))
        let outcome = try program.run("elbo train images --output m --epochs 2 --hidden 8 --latent 2")
        try #require(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("calibrated on 50 rows that training has not seen"), "\(outcome.output)")
    }

    @Test func everyRowHasItsRank() throws {
        let lines = try program.run("elbo score m images").lines
        #expect(lines.count == 301)
        #expect(lines[0] == "score,reconstruction,kl,std_error,anomaly_score,p_value,percentile,anomaly")
        for line in lines.dropFirst() {
            let cells = line.split(separator: ",").map(String.init)
            let p = try #require(Double(cells[5]))
            #expect(p >= 1 / 51.0 && p <= 1 && cells[7] == (p <= 1 / 51.0 ? "true" : "false"))
        }
        let plain = try program.run("elbo score m images --rank elbo").lines.dropFirst().map {
            $0.split(separator: ",")
        }
        #expect(plain.allSatisfy { $0[0] == $0[4] })
        #expect(plain.map { $0[0] } == lines.dropFirst().map { $0.split(separator: ",")[0] })
        #expect(try program.run("elbo inspect m").output.contains("ranking     complexity"))
    }

    @Test func refusesWhatOnlyTablesHave() throws {
        let outcome = try program.run("elbo score m images --rank cells")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("can be ranked by complexity, elbo, typicality, not by cells"))
    }

    @Test func aModelWithoutCalibrationScoresAsBefore() throws {
        try program.run("elbo train images --output n --epochs 2 --hidden 8 --latent 2 --calibration 0")
        let outcome = try program.run("elbo score n images")
        #expect(outcome.lines.first == "score,reconstruction,kl,std_error")
        #expect(!FileSystem.exists(program.folder("n/calibration.safetensors")))
        #expect(try program.run("elbo score n images --rank elbo").errors.contains("trained without one"))
    }
}
