"""Expressions, `depends` and tags: what can be read, what they refer to, and what is said where they can't."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.check.manifest.depends import Dependency, DependsError, read_depends
from hookkit.check.manifest.exprlang import ExpressionError, read_expression
from hookkit.check.manifest.graph import ancestors, find_cycles
from hookkit.check.manifest.tags import find_tags, without_tags

# ---------------------------------------------------------------- expr-lang


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1", []),
        ("'a' + \"b\" + `c`", []),
        ("a.b.c", ["a.b.c"]),
        ("steps['a-b'].outputs[\"x\"]", ["steps.a-b.outputs.x"]),
        ("a?.b ?? nil", ["a.b"]),
        ("a[0].b", ["a"]),
        ("a[x].b", ["x", "a"]),
        ("a[1:2]", ["a"]),
        ("f(a, b)", ["f", "a", "b"]),
        ("sprig.trim(a).b", ["sprig.trim", "a"]),
        ("a not in [1, 2] and b contains 'c'", ["a", "b"]),
        ("a ? b : c", ["a", "b", "c"]),
        ("let x = a; x + x", ["a"]),
        ("filter(a, {# > 1 and .size < 2 and #acc == 0})", ["filter", "a"]),
        ("map(1..3, # * 2)", ["map"]),
        ("{a: b, 'c': d}", ["b", "d"]),
        ("if a { b } else if c { d } else { e }", ["a", "b", "c", "d", "e"]),
        ("a | upper()", ["a", "upper"]),
        ("-a ** !b // the rest", ["a", "b"]),
        ("0x1F + 1_000.5e-3", []),
    ],
)
def test_an_expression_names_what_it_refers_to(text: str, names: list[str]) -> None:
    assert [".".join(one.parts) for one in read_expression(text)] == names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it ends where a value must stand"),
        ("a b", "it has `b` where an operator must stand"),
        ("a = b", "it has `=`; to compare, write `==`"),
        ("(a", "it ends where `,` must stand"),
        ("a)", "it has `)` where an operator must stand"),
        ("a ==", "it ends where a value must stand"),
        ("== a", "it has `==` where a value must stand"),
        ("'a", "a text in it is never closed"),
        ("a & b", "it has '&', which means nothing"),
        ("a.", "it ends where a name must stand"),
        ("a ? b", "it ends where `:` must stand"),
        ("let a", "it ends where `=` must stand"),
        ("a+" * 20_000 + "a", "it has more than 20,000 characters"),
        ("(" * 100, "its brackets lie more than 60 deep inside each other"),
    ],
)
def test_what_is_no_expression_is_told_why(text: str, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        read_expression(text)

    assert str(caught.value) == words


@given(st.text("ab.1'\"`()[]{}<>=!&|?:,;+-*/%#$ \n", max_size=60) | st.text(max_size=30))
def test_every_text_is_an_expression_or_is_told_why(text: str) -> None:
    with suppress(ExpressionError):
        read_expression(text)


# ---------------------------------------------------------------- depends


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A", [("A", "")]),
        ("a-1.Succeeded && !(b || c.Failed)", [("a-1", "Succeeded"), ("b", ""), ("c", "Failed")]),
        ("!!a", [("a", "")]),
    ],
)
def test_depends_names_tasks_and_results(text: str, named: list[tuple[str, str]]) -> None:
    assert [(one.task, one.result) for one in read_depends(text)] == named


@pytest.mark.parametrize(
    "text", ["a b", "a &&", "&& a", "(a", "a)", "a & b", "a and b", "()", "a.b.c", "", "!", "a&&" * 9_000 + "a"]
)
def test_what_is_no_depends_is_refused(text: str) -> None:
    with pytest.raises(DependsError):
        read_depends(text)


@given(st.lists(st.sampled_from(["a", "b-2", "c.Failed"]), min_size=1, max_size=6), st.sampled_from([" && ", "||"]))
def test_names_with_operators_between_them_are_read(names: list[str], operator: str) -> None:
    expected = tuple(Dependency(*name.partition(".")[::2]) for name in names)

    assert read_depends(f"({operator.join(names)})") == expected


# ---------------------------------------------------------------- graphs


def test_ancestors_are_all_that_is_done_before() -> None:
    waiting = {"a": (), "b": ("a",), "c": ("b", "x"), "d": ()}

    assert ancestors("c", waiting) == {"a", "b", "x"}


def test_a_cycle_is_found_once() -> None:
    assert find_cycles({"a": ("b",), "b": ("c",), "c": ("a",), "d": ("a",)}) == [("a", "b", "c")]


def test_a_chain_of_ten_thousand_takes_no_stack() -> None:
    chain = {str(number): (str(number + 1),) for number in range(10_000)}

    assert find_cycles(chain) == []
    assert len(ancestors("0", chain)) == 10_000


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3).map(tuple)))
def test_there_is_a_cycle_exactly_where_something_is_done_before_itself(waiting: dict[str, tuple[str, ...]]) -> None:
    assert bool(find_cycles(waiting)) == any(name in ancestors(name, waiting) for name in waiting)


# ---------------------------------------------------------------- tags


def test_tags_end_at_the_next_closing() -> None:
    tags = list(find_tags("a {{x}} {{= {'a': 1}}} {{ y }} {{z"))

    assert [(one.content, one.is_expression, one.is_closed) for one in tags] == [
        ("x", False, True),
        ("{'a': 1", True, True),
        ("y", False, True),
        ("z", False, False),
    ]


def test_a_condition_keeps_its_shape_without_its_tags() -> None:
    assert without_tags("'{{a}}' == {{b}} && {{=c}}") == "'0' == 0 && {{=c}}"


@given(st.text("{}=ab ", max_size=40))
def test_tags_are_pieces_of_the_text(text: str) -> None:
    assert all(tag.raw in text for tag in find_tags(text))
