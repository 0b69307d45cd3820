import Control
import Station

// Review and samples.
extension Routes {
    func addReviews(to router: ControlRouter) {
        let station = station
        get(router, ControlPath.review) { request, _, _ in
            let query = request.uri.queryParameters
            return try .json(await station.review(case: query.get("case"), exhibit: query.get("exhibit")))
        }
        post(router, ControlPath.populations) { request, _, peer in
            try .json(
                await station.fixPopulation(try await request.json(FixPopulationRequest.self), by: peer), status: .created)
        }
        post(router, ControlPath.samples) { request, _, peer in
            try .json(await station.drawSample(try await request.json(DrawSampleRequest.self), by: peer), status: .created)
        }
        post(router, ControlPath.sampleChecks) { request, _, peer in
            try .json(await station.checkSample(try await request.json(CheckSampleRequest.self), by: peer), status: .created)
        }
        get(router, ControlPath.samples + "/{case}/{population}") { _, context, _ in
            try .json(
                await station.sample(
                    try Self.parameter("population", context), in: try Self.parameter("case", context)))
        }
    }
}
