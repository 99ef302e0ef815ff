"""Reading TOML: every fault knows its line, whatever the file looks like."""

from __future__ import annotations

import time

import pytest

from cramplab.core.errors import FaultsFoundError
from cramplab.core.toml_reading import line_index, read_toml

AWKWARD = '''\
# a = 1
top = "[not.a.table]"
text = """
[also.not]
key = 3
"""
list = [
  "x = 1",   # ] a bracket in a comment
  { inner = "]" },
]
"quoted key" = 1
dotted.name = 2

[table]   # with a comment
value = \'\'\'
[still.not]
\'\'\'
after = 4

[[arm]]
id = "a"
[arm.participants]
acclimated = "no"
[[arm.step]]
kind = "rest"
[[arm.step]]
kind = "sleep"
[[arm]]
id = "b"
[[arm.step]]
kind = "drink"
'''


def test_lines_are_found_in_an_awkward_file():
    lines = line_index(AWKWARD)
    assert lines[("top",)] == 2
    assert lines[("text",)] == 3
    assert lines[("list",)] == 7
    assert lines[("quoted key",)] == 11
    assert lines[("dotted", "name")] == 12
    assert lines[("table",)] == 14
    assert lines[("table", "after")] == 18
    assert lines[("arm", 0, "participants", "acclimated")] == 23
    assert lines[("arm", 0, "step", 1, "kind")] == 27
    assert lines[("arm", 1, "step", 0, "kind")] == 31
    assert not [place for place in lines if "not" in place or "inner" in place]


def test_a_key_of_an_inline_table_stands_on_the_line_of_its_statement(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('\na = { value = "1 L", spread = 3 }\n')
    assert read_toml(path).line(("a", "spread")) == 2


def test_broken_toml_names_file_line_and_remedy(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("a = 1\nair = 24 degC\n")
    with pytest.raises(FaultsFoundError, match=r"Not valid TOML(?s:.)*x.toml, line 2"):
        read_toml(path)


def test_an_unfinished_file_names_its_last_line(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("a = 1\nb = [1,\n2")
    with pytest.raises(FaultsFoundError, match="line 3"):
        read_toml(path)


def test_deep_nesting_is_a_fault_and_no_crash(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("a = " + "[" * 100_000)
    with pytest.raises(FaultsFoundError, match="Not valid TOML"):
        read_toml(path)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(FaultsFoundError, match="not UTF-8"):
        read_toml(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(FaultsFoundError, match="cannot be read"):
        read_toml(tmp_path / "nothing.toml")
    with pytest.raises(FaultsFoundError, match="cannot be read"):
        read_toml(tmp_path)


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert read_toml(path).values == {"a": 1}


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"#" * 2_000_001)
    with pytest.raises(FaultsFoundError, match="too large"):
        read_toml(path)


def test_a_long_line_costs_time_in_proportion_to_its_length():
    # A ratio, not a limit: ten times the text may not cost a hundred times the work.
    def cost(count):
        text = "a = [" + '"x", ' * count + "]\n"
        begin = time.process_time()
        line_index(text)
        return time.process_time() - begin

    cost(1000)
    assert cost(100_000) < 40 * max(cost(10_000), 1e-3)


def test_an_unknown_key_is_answered_with_the_nearest_name(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("humidty = 1\n")
    file = read_toml(path)
    file.unknown_keys((), file.values, ["humidity", "air"])
    assert "Did you mean 'humidity'?" in str(file.faults[0])
    assert file.faults[0].place.endswith("x.toml, line 1")
