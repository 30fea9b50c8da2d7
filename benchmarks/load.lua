-- Tells what a run of wrk measured as one JSON object.
done = function(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p95Microseconds":%d,"failed":%d}\n',
    summary.requests, summary.duration, latency:percentile(95), failed
  ))
end
