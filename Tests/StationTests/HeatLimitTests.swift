import Testing

@testable import Station

@Suite("A medium that is too hot") struct HeatLimitTests {
    /// What a station does with a run of readings: reads on, stops, goes on.
    private func readings(_ temperatures: [Int], _ heat: HeatLimit) -> [Bool] {
        var isReading = true
        return temperatures.map { temperature in
            if isReading { isReading = !heat.isReached(by: temperature) } else { isReading = heat.hasCooled(at: temperature) }
            return isReading
        }
    }

    @Test("it is stopped at its limit and goes on five degrees below") func margin() {
        let heat = HeatLimit(own: nil, configured: 60)
        #expect(
            readings([40, 59, 60, 59, 56, 55, 59, 61, 300, 56, 54], heat)
                == [true, true, false, false, false, true, true, false, false, false, true])
    }

    @Test("the drive's own limit goes before the configured one") func own() {
        #expect(HeatLimit(own: 81, configured: 60).limit == 81)
        #expect(HeatLimit(own: 50, configured: 60).limit == 50)
    }
}
