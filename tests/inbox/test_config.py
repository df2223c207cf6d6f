"""A wrong configuration is told with its line and what is allowed; secrets may come from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox import setting_up
from inbox.config import Config, ConfigError, load


def written(folder: Path, text: str, **more: str) -> dict[str, str]:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return {"OTKLIK_CONFIG": str(path), "OTKLIK_VAR": str(folder / "var"), **more}


def refused(environment: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as caught:
        load(environment)
    return str(caught.value)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    config = load({"OTKLIK_VAR": str(tmp_path)})
    assert config.monitor.poll_minutes == 60
    assert config.database_url == f"sqlite:///{tmp_path}/otklik.db"


def test_a_setting_of_the_file_is_taken(tmp_path: Path) -> None:
    config: Config = load(written(tmp_path, "monitor:\n  poll_minutes: 15\n"))
    assert config.monitor.poll_minutes == 15


def test_an_unknown_setting_is_told_with_its_line_and_the_likely_name(tmp_path: Path) -> None:
    told = refused(written(tmp_path, "monitor:\n  poll_minutes: 15\n  swep_hours: 2\n"))
    assert "line 3" in told
    assert "Did you mean “sweep_hours”" in told


def test_a_value_out_of_range_is_told_with_its_line_and_the_limit(tmp_path: Path) -> None:
    told = refused(written(tmp_path, "\n\nreplies:\n  undo_seconds: 90000\n"))
    assert "line 4" in told
    assert "3600" in told


def test_an_unknown_section_names_the_four(tmp_path: Path) -> None:
    told = refused(written(tmp_path, "monitors:\n  poll_minutes: 15\n"))
    assert "line 1" in told
    assert "connectors, inbox, monitor, replies" in told


def test_broken_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    assert "line 2" in refused(written(tmp_path, "monitor:\n  poll_minutes: 15: 16\n"))


def test_a_list_instead_of_sections_is_refused(tmp_path: Path) -> None:
    assert "sections are expected" in refused(written(tmp_path, "- monitor\n"))


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql+psycopg://u:p@h/n\n")
    config = load({"OTKLIK_VAR": str(tmp_path), "OTKLIK_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert config.database_url == "postgresql+psycopg://u:p@h/n"


def test_an_unreadable_secret_file_stops_the_start(tmp_path: Path) -> None:
    told = refused({"OTKLIK_VAR": str(tmp_path), "OTKLIK_SECRET_KEY_FILE": str(tmp_path / "missing")})
    assert "OTKLIK_SECRET_KEY_FILE" in told


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    told = refused({"OTKLIK_SECRET_KEY": "a", "OTKLIK_SECRET_KEY_FILE": "b"})
    assert "Keep one" in told


def test_a_missing_file_that_was_named_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refused({"OTKLIK_CONFIG": str(tmp_path / "gone.yaml")})


def test_a_wrong_secret_key_is_refused_with_the_remedy(tmp_path: Path) -> None:
    assert "otklik" in refused({"OTKLIK_VAR": str(tmp_path), "OTKLIK_SECRET_KEY": "short"}).lower()


def test_what_init_writes_is_read_without_a_change(tmp_path: Path) -> None:
    config = load(written(tmp_path, setting_up.sample()))
    assert config.settings == load({"OTKLIK_VAR": str(tmp_path)}).settings
