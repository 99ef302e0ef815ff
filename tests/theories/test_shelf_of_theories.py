"""Claims about the shelf of theories: each file loads, and each theory can be laid over the body."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from cramplab.simulation.assembly import assemble, shelved_theories
from cramplab.simulation.timeline import forcing_at_rest


def test_the_shelf_of_theories_is_not_empty() -> None:
    assert "null" in shelved_theories()


@pytest.mark.parametrize("name", sorted(shelved_theories()))
def test_every_theory_on_the_shelf_names_ports_that_exist(name: str) -> None:
    theory = shelved_theories()[name]
    assert theory.name == name
    assert theory.claim
    assemble(theories=[theory])


def test_the_null_theory_changes_nothing_to_the_last_bit() -> None:
    plain, with_null = assemble(), assemble(theories=[shelved_theories()["null"]])
    forcing = {key: jnp.asarray(value) for key, value in forcing_at_rest().items()} | {
        "running_speed": jnp.asarray(3.0)
    }
    one, other = (body.rates(body.initial(), forcing) for body in (plain, with_null))
    for key, value in one.items():
        np.testing.assert_array_equal(np.asarray(value), np.asarray(other[key]))
