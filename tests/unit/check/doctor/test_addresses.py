"""Of an address nobody learns a user or a password, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.check.doctor.addresses import shown_address

HOST = "proxy.example.org:3128"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (f"http://{HOST}", f"http://{HOST}"),
        (HOST, HOST),
        ("unix:///run/docker.sock", "unix:///run/docker.sock"),
        (f"http://me:secret@{HOST}/", f"http://***@{HOST}/"),
        (f"me:secret@{HOST}", f"***@{HOST}"),
    ],
)
def test_all_but_user_and_password_is_shown(address: str, shown: str) -> None:
    assert shown_address(address) == shown


@given(secret=st.text(min_size=1).map(lambda text: f"<{text}>"), scheme=st.sampled_from(["", "http://", "tcp://"]))
def test_a_password_of_any_letters_stays_hidden(secret: str, scheme: str) -> None:
    assert shown_address(f"{scheme}me:{secret}@{HOST}") == f"{scheme}***@{HOST}"
