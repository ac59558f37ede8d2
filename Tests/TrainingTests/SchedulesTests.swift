import RealModule
import Testing

@testable import Training

@Suite struct SchedulesTests {
    private var options: TrainingOptions {
        var options = TrainingOptions()
        (options.epochs, options.learningRate, options.warmUpSteps, options.klWarmUpEpochs) = (10, 0.5, 8, 4)
        return options
    }

    @Test func halfCosineIsACosine() {
        for i in 0...1_000 {
            let p = Double(i) / 1_000
            let expected = (1 + Double.cos(.pi * p)) / 2
            // The first term left out is (π/2)²³/23! = 1e-18; what remains is rounding of numbers up to 1.6.
            #expect(abs(Schedules.halfCosine(p) - expected) < 1e-15, "\(p)")
        }
    }

    @Test func learningRateRisesThenFallsToAHundredth() {
        let schedules = Schedules(options: options, stepsPerEpoch: 10)
        #expect(schedules.learningRate(step: 0) < 0.5 / 8 + 1e-12)
        for step in 1..<8 { #expect(schedules.learningRate(step: step) > schedules.learningRate(step: step - 1)) }
        for step in 9..<100 { #expect(schedules.learningRate(step: step) < schedules.learningRate(step: step - 1)) }
        #expect(abs(schedules.learningRate(step: 50) - 0.5 * 0.505) < 1e-12)
        #expect(abs(schedules.learningRate(step: 100) - 0.005) < 1e-12)
    }

    @Test func constantLearningRateStays() {
        var options = options
        options.schedule = .constant
        let schedules = Schedules(options: options, stepsPerEpoch: 10)
        #expect(schedules.learningRate(step: 3) == 0.25)
        #expect((7..<100).allSatisfy { schedules.learningRate(step: $0) == 0.5 })
        options.warmUpSteps = 0
        #expect(Schedules(options: options, stepsPerEpoch: 10).learningRate(step: 0) == 0.5)
    }

    @Test func betaRisesToOne() {
        let schedules = Schedules(options: options, stepsPerEpoch: 10)
        #expect(schedules.beta(step: 0) == 1 / 40.0)
        #expect(schedules.beta(step: 19) == 0.5)
        #expect((39..<100).allSatisfy { schedules.beta(step: $0) == 1 })
        var options = options
        options.klWarmUpEpochs = 0
        #expect(Schedules(options: options, stepsPerEpoch: 10).beta(step: 0) == 1)
    }

    @Test func averageForgetsTheStart() {
        var options = options
        options.averageDecay = 0.9
        let schedules = Schedules(options: options, stepsPerEpoch: 10)
        #expect(schedules.averageDecay(step: 0) == 0.1)
        #expect(schedules.averageDecay(step: 8) == 0.5)
        #expect(schedules.averageDecay(step: 10_000) == 0.9)
        options.averageDecay = 0
        #expect(Schedules(options: options, stepsPerEpoch: 10).averageDecay(step: 5) == 0)
    }
}
