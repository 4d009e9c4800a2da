import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.errors import Problem, RegistryError
from hookkit.image.registry.patience import PassingError, Patience


class Attempts:
    """Fails as it is told, then gives its number of attempts."""

    def __init__(self, *failures: RegistryError) -> None:
        self.failures = list(failures)
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.made


def never(seconds: float) -> None:
    pytest.fail(f"waited {seconds} s")


def passing(after: float | None = None) -> PassingError:
    return PassingError(Problem("registry.example", "is in trouble"), after)


def test_pauses_double_and_have_a_limit() -> None:
    pauses: list[float] = []

    assert Patience(attempts=6, pause=1, longest_pause=5).persist(Attempts(*[passing()] * 5), pauses.append) == 6
    assert all(low <= pause <= high for pause, low, high in zip(pauses, (1, 2, 4, 5, 5), (2, 4, 5, 5, 5), strict=True))


def test_a_pause_that_the_registry_asks_for_is_kept() -> None:
    pauses: list[float] = []

    Patience(attempts=3).persist(Attempts(passing(7), passing(0)), pauses.append)

    assert pauses == [7, 0]


def test_a_pause_beyond_the_limit_is_not_made() -> None:
    attempts = Attempts(passing(31))

    with pytest.raises(PassingError):
        Patience(longest_pause=30).persist(attempts, never)

    assert attempts.made == 1


def test_what_does_not_pass_is_not_tried_again() -> None:
    attempts = Attempts(RegistryError(Problem("registry.example", "does not allow it")))

    with pytest.raises(RegistryError):
        Patience().persist(attempts, never)

    assert attempts.made == 1


@given(st.integers(1, 9))
def test_there_is_an_end(attempts: int) -> None:
    endless = Attempts(*[passing()] * 10)

    with pytest.raises(PassingError):
        Patience(attempts=attempts).persist(endless, lambda _: None)

    assert endless.made == attempts
