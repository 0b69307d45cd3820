import Testing

@testable import Station

/// What is asked of a job before it has stopped.
@Suite struct StopRequestTests {
    /// A daemon that stops must not turn a person's cancelling into a pause that ends by itself.
    @Test func aWishHoldsUntilAStrongerOneComes() {
        typealias Wish = Job.StopRequest.Wish
        let wishes: [Wish] = [.cool(.stopping), .stationStops, .pause, .cancel]
        for (place, wish) in wishes.enumerated() {
            for (other, against) in wishes.enumerated() { #expect(wish.outranks(against) == (place > other)) }
        }
    }
}
