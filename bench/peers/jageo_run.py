"""jageocoder over a local dictionary: python jageo_run.py DB, addresses one a line on stdin (in its environment)."""

import json
import resource
import sys
import time

import jageocoder

jageocoder.init(db_dir=sys.argv[1])
lines = [line.rstrip("\n") for line in sys.stdin if line.strip()]
found = [jageocoder.search(line) for line in lines[:200]]


def one_pass() -> tuple[float, int]:
    begun = time.process_time()
    reached = 0
    for line in lines:
        found = jageocoder.search(line)
        reached += any(int(one["level"]) >= 5 for one in found["candidates"])
    return time.process_time() - begun, reached


passes = [one_pass(), one_pass()]
seconds, reached = min(passes)
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"lines": len(lines), "cold": passes[0][0], "warm": seconds, "reached": reached, "rss": rss}))
