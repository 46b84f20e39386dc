"""nomenklatura's logic-v2 over pairs of names, for bench_screening.py; run by a Python that has nomenklatura.

    RIVAL/bin/pip install nomenklatura      # builds PyICU: needs a C++ compiler and the headers of ICU
    python benchmarks/bench_screening.py --nomenklatura RIVAL/bin/python

Reads one JSON list [left, right] a line; prints one JSON object: ``algorithm``, ``seconds`` (processor time of the
comparisons alone) and ``scores``. Entities are organisations with one name, which is all that the benchmark has.
"""

import json
import sys
import time

from followthemoney import EntityProxy
from nomenklatura.matching import get_algorithm


def entity(name: str) -> EntityProxy:
    """Return an organisation of this name."""
    return EntityProxy.from_dict(
        {"id": f"name {name}", "schema": "Organization", "properties": {"name": [name]}}
    )


def main() -> None:
    """Compare all pairs."""
    algorithm = get_algorithm("logic-v2")
    assert algorithm is not None
    config = algorithm.default_config()
    pairs = [(entity(left), entity(right)) for left, right in map(json.loads, sys.stdin)]
    algorithm.compare(*pairs[0], config)  # its tables are loaded by the first comparison
    started = time.process_time()
    scores = [algorithm.compare(left, right, config).score for left, right in pairs]
    seconds = time.process_time() - started
    json.dump({"algorithm": algorithm.NAME, "seconds": seconds, "scores": scores}, sys.stdout)


if __name__ == "__main__":
    main()
