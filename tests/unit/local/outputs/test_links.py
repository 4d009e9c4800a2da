"""Links that lead out of an output are named: what they lead to does not travel with the product."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.local.outputs.links import leads_outside, links_outside

#: The links of an output, and which of them lead out of it.
CASES: dict[str, tuple[dict[str, str], set[str]]] = {
    "beside it": ({"a": "b", "sub/a": "../b", "sub/b": ".", "c": "./sub/../b"}, set()),
    "above it": ({"a": "../other", "sub/a": "../../other", "b": ".."}, {"a", "sub/a", "b"}),
    "absolute": ({"a": "/etc/passwd", "b": "/"}, {"a", "b"}),
    "out and in again": ({"a": "../output/b"}, {"a"}),
    "a chain out": ({"a": "b", "b": "sub/c", "sub/c": "../../x"}, {"a", "b", "sub/c"}),
    "a chain inside": ({"a": "b", "b": "sub/c", "sub/c": "../d"}, set()),
    "through a linked folder": ({"deep": "sub/deeper", "a": "deep/../../../x", "b": "deep/../../x"}, {"a"}),
    "below a link that leads out": ({"out": "..", "a": "out/x"}, {"out", "a"}),
    "to nothing": ({"a": "nothing/at/all", "b": "nothing/../../x"}, {"b"}),
    "circles": ({"a": "b", "b": "a", "self": "self", "grows": "grows/x"}, set()),
}


@pytest.mark.parametrize(("links", "outside"), CASES.values(), ids=CASES)
def test_a_link_leads_out_by_whatever_way(tmp_path: Path, links: dict[str, str], outside: set[str]) -> None:
    output = tmp_path / "output"
    (output / "sub/deeper").mkdir(parents=True)
    for path, target in links.items():
        (output / path).symlink_to(target)

    found = links_outside({"product": output})

    named = {path for path in links for one in found if f"the link {path} in product leads out of it" in one.what}
    assert named == outside
    assert len(found) == len(outside)


def test_a_violation_says_where_the_link_leads_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("/etc/passwd")

    [violation] = links_outside({"output": tmp_path})

    assert str(violation) == (
        "the link a in output leads out of it, to /etc/passwd; "
        "copy what it leads to into the output, or link inside it with a relative path"
    )
    assert violation.rule == "writes"


def test_files_and_outputs_that_are_not_there_have_no_links(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert links_outside({"output": tmp_path, "other": tmp_path / "nowhere"}) == ()


PARTS = st.lists(st.sampled_from(["a", "b", "c", ".", ".."]), min_size=1, max_size=4).map("/".join)
PLACES = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3).map(tuple)


@given(links=st.dictionaries(PLACES, PARTS, max_size=6))
def test_the_system_agrees_on_where_links_lead(
    tmp_path_factory: pytest.TempPathFactory, links: dict[tuple[str, ...], str]
) -> None:
    output = tmp_path_factory.mktemp("outer") / "output"
    output.mkdir()
    laid = {}
    for parts, target in sorted(links.items()):
        place = output.joinpath(*parts)
        if all(not one.is_symlink() for one in place.parents) and not os.path.lexists(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(target)
            laid["/".join(parts)] = target

    for path in laid:
        end = Path(os.path.realpath(output / path)) if _ends(output / path) else output  # resolve() minds circles
        if not end.is_relative_to(output):
            assert leads_outside(path, laid)
        if not leads_outside(path, laid):
            assert end.is_relative_to(output)


def _ends(place: Path) -> bool:
    try:
        place.stat()
    except FileNotFoundError:
        return True
    except OSError:  # a circle
        return False
    return True
