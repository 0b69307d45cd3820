import Custody
import Testing

/// The rate over the position, and its text.
@Suite struct RateCurveTests {
    @Test(arguments: [0, 1, 512, 1 << 20, (1 << 20) + 1, 1000 << 20, (1000 << 20) + 512, 8_001_563_222_016])
    func aMediumOfAnySizeHasFewBuckets(capacity: Int) throws {
        let curve = RateCurve(capacity: capacity)
        #expect(curve.buckets.count <= RateCurve.bucketLimit)
        #expect(curve.buckets.count * curve.bucketSize >= capacity)
        #expect((curve.buckets.count - 1) * curve.bucketSize < max(1, capacity))
        #expect(RateCurve(Array(curve.text.utf8)) == curve)
    }

    @Test func readsAreCountedWhereTheyBegin() throws {
        var curve = RateCurve(capacity: 3 << 20)
        curve.add(1 << 20, at: 0, microseconds: 1000)
        curve.add(512, at: (2 << 20) - 512, microseconds: 10)
        curve.add(0, at: 2 << 20, microseconds: 5_000_000)
        curve.add(1, at: 3 << 20, microseconds: 1)
        #expect(
            curve.buckets == [
                .init(bytes: 1 << 20, microseconds: 1000), .init(bytes: 512, microseconds: 10),
                .init(bytes: 0, microseconds: 5_000_000),
            ])
        #expect(curve.buckets[0].rate == 1_048_576_000)
        #expect(curve.buckets[2].rate == 0)
        #expect(
            curve.text == "fengcun-rates 1\ncapacity 3145728\nbucket 1048576\n1048576 1000\n512 10\n0 5000000\n")
        #expect(RateCurve(Array(curve.text.utf8)) == curve)
    }

    @Test(arguments: [
        "", "fengcun-rates 1\n", "fengcun-rates 2\ncapacity 0\nbucket 1\n", "fengcun-rates 1\ncapacity 1\nbucket 1\n",
        "fengcun-rates 1\ncapacity 1\nbucket 0\n0 0\n", "fengcun-rates 1\ncapacity 1\nbucket 1\n0 0",
        "fengcun-rates 1\ncapacity 1\nbucket 1\n-1 0\n",
        "fengcun-rates 1\ncapacity 1\nbucket 1\n0 0 0\n", "fengcun-rates 1\ncapacity 1\nbucket 1\n0\n",
        "fengcun-rates 1\ncapacity 1\nbucket 1\n99999999999999999999 0\n",
        "fengcun-rates 1\ncapacity 9223372036854775807\nbucket 1\n0 0\n",
        "fengcun-rates 1\ncapacity 1\nbucket 9223372036854775807\n0 0\n0 0\n",
    ])
    func otherTextsAreNoCurves(text: String) { #expect(RateCurve(Array(text.utf8)) == nil) }
}
