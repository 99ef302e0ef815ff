"""Puts every claim to the theories and the published studies, and writes docs/results/claims.json for the web app.

Run from anywhere: ``python scripts/record_claims.py``. The record is what ``cramplab claims`` writes, with the commit
from which it was made; like that command it takes numbers that earlier runs kept.
"""

from __future__ import annotations

from recording import RESULTS, one_a_line, origin, write

from cramplab.inference.claims import answer_claims, gather
from cramplab.inference.score_cache import ScoreCache
from cramplab.simulation.compile_cache import kept_compilations
from cramplab.simulation.kernel_cache import kept_kernels


def main() -> None:
    with kept_compilations(), kept_kernels():
        data = answer_claims(gather(()), cache=ScoreCache(), report_progress=_tell)
    write(RESULTS / "claims.json", one_a_line({**origin(), **data}, ("claims",)))


def _tell(done: int, of: int) -> None:
    print(f"answered {done} of {of}", flush=True)


if __name__ == "__main__":
    main()
