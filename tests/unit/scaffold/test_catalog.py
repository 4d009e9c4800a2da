from pathlib import Path

import yaml

from hookkit.installation import checkout
from hookkit.scaffold import list_templates
from hookkit.scaffold.templates import Template, read_catalog, template_root


def test_a_checkout_holds_the_templates_beside_the_package() -> None:
    folder = checkout()

    assert folder is not None
    assert template_root() == folder / "templates"


def test_each_template_has_its_folder_and_a_line() -> None:
    for template in list_templates():
        assert (template_root() / template.name).is_dir()
        assert template.summary
        assert not template.summary.startswith(template.name)


def test_hidden_values_are_no_questions() -> None:
    assert read_catalog(template_root()).questions == ("project_name", "title", "description")


def test_the_templates_run_nothing_and_load_nothing() -> None:
    config = yaml.safe_load((template_root() / "copier.yml").read_text(encoding="utf-8"))

    assert not {"_tasks", "_migrations", "_jinja_extensions", "_external_data"} & set(config)


def test_no_file_of_the_templates_is_python_that_an_installer_would_compile() -> None:
    assert not list(template_root().rglob("*.py"))


def test_a_catalog_lists_its_shapes_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "copier.yml").write_text(
        "_subdirectory: '{{ template }}'\n"
        "template:\n  choices:\n    'two: has a colon: here': two\n    one: one\n"
        "name:\n  type: str\n"
        "asked_of_some:\n  type: str\n  when: '{{ template == \"one\" }}'\n"
        "hidden:\n  type: str\n  when: false\n"
    )

    catalog = read_catalog(tmp_path)

    assert catalog.templates == (Template("two", "has a colon: here"), Template("one", "one"))
    assert catalog.questions == ("name", "asked_of_some")
