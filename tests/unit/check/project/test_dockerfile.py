"""A Dockerfile is read as its builders read it, and whatever it holds stops nobody."""

from hypothesis import given
from hypothesis import strategies as st

from hookkit.check.project.dockerfile import (
    Instruction,
    arguments,
    assignments,
    expanded,
    read_instructions,
    read_stages,
)


def keywords(text: str) -> list[tuple[str, str, int]]:
    return [(one.keyword, one.text, one.line) for one in read_instructions(text)]


def test_lines_go_on_past_comments_and_empty_lines() -> None:
    text = "from a\nRUN one \\\n  # USER root\n\n  && two\nUSER 1\n"

    assert keywords(text) == [("FROM", "a", 1), ("RUN", "one && two", 2), ("USER", "1", 6)]


def test_a_directive_names_the_sign_that_lines_go_on_by() -> None:
    assert keywords("# escape=`\nFROM a\nRUN one `\n two\nCOPY a C:\\\n") == [
        ("FROM", "a", 2),
        ("RUN", "one two", 3),
        ("COPY", "a C:\\", 5),
    ]


def test_a_directive_after_anything_else_is_a_comment() -> None:
    assert keywords("\n# escape=`\nRUN one \\\n two\n")[0][1] == "one two"


def test_what_a_heredoc_holds_is_no_instruction() -> None:
    text = "RUN <<-EOF cat <<'TWO'\n\tUSER root\n\tEOF\nUSER x\nTWO\nUSER 1\n"

    assert keywords(text) == [("RUN", "<<-EOF cat <<'TWO'", 1), ("USER", "1", 6)]


def test_stages_have_names_and_instructions_of_their_own() -> None:
    stages = read_stages(read_instructions("ARG A=1\nFROM --platform=x a AS Build\nUSER 1\nFROM build\nRUN x\n"))

    assert [(stage.image, stage.name, len(stage.instructions)) for stage in stages] == [
        ("a", "build", 1),
        ("build", "", 1),
    ]


def test_assignments_are_read_in_both_forms() -> None:
    assert dict(assignments(Instruction("ENV", "A=1 B=\"two words\" C='x'", 1))) == {
        "A": "1",
        "B": "two words",
        "C": "x",
    }
    assert dict(assignments(Instruction("ENV", "A one two", 1))) == {"A": "one two"}
    assert dict(assignments(Instruction("ARG", "A", 1))) == {"A": ""}


def test_variables_are_put_in_where_they_are_known() -> None:
    values = arguments(read_instructions("ARG TAG=1\nFROM a:${TAG}\n"))

    assert expanded("a:${TAG}", values) == "a:1"
    assert expanded("a:${OTHER:-2}", values) == "a:2"
    assert expanded("a:$OTHER", values) is None


pieces = st.sampled_from(
    ["FROM a", "RUN <<EOF", "EOF", "\\", "\n", " ", "#", "# escape=`", "`", "ENV A=", '"', "USER", "ARG", "CMD ["]
)


@given(st.lists(pieces | st.text(max_size=4), max_size=30).map("".join))
def test_no_text_stops_the_reader(text: str) -> None:
    instructions = read_instructions(text)

    read_stages(instructions)
    for one in instructions:
        assert one.is_exec_form in {True, False}
        assert 1 <= one.line <= text.count("\n") + 1
        list(assignments(one))
