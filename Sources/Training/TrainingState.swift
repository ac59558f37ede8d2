/// A run between two epochs.
struct TrainingState {
    var weights: [Float]
    var firstMoment: [Float]
    var secondMoment: [Float]
    var average: [Float]
    var best: [Float]
    var step: Int
    var betaPowers: (Double, Double)
    var stopping: EarlyStopping
    var history: [EpochRecord]
}
