"""One student's case in a ZIP: the same bytes each time, nobody else in it, checked anywhere."""

import io
import json
import zipfile

import pytest
from class_on_disk import write
from store_class import three

from grader.cli import main
from grader.store.database import digest_of
from grader.store.history import FIRST, chained, sum_of_text

ROSTER = "id,name,level\ns1,Ann One,4850\ns2,Bob Two,4850\ns3,Cy Three,6850\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    three(tmp_path)
    write(tmp_path, {"roster.csv": ROSTER})
    return tmp_path


@pytest.fixture
def grade(capsys):
    """Run the command line: exit status, standard output, standard error."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


@pytest.fixture
def packed(here, grade):
    """A bundle of the third student, whose h0 a person decided."""
    grade("in", "--roster", "roster.csv")
    grade("override", "s3", "gan.h0", "1", "--reason", "seen on paper")
    grade("in", "--roster", "roster.csv")
    assert grade("bundle", "s3", "-o", "s3.zip") == (0, "wrote s3.zip\n", "")
    return here / "s3.zip"


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path, held):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    path.write_bytes(data.getvalue())


def test_it_holds_the_case_and_nobody_else_and_is_the_same_each_time(here, grade, packed):
    first = packed.read_bytes()
    grade("bundle", "s3", "-o", "again.zip")
    assert (here / "again.zip").read_bytes() == first
    held = members(packed)
    lines = (here / "grades" / "results.jsonl").read_bytes().splitlines()
    assert held["result.json"] in lines
    assert held["feedback.html"] == (here / "grades" / "feedback" / "s3.html").read_bytes()
    assert (here / "in" / "s3.json").read_bytes() in held.values()
    for word in (b"Ann One", b"Bob Two", b"s1", b"s2.csv"):
        told = [name for name, data in held.items() if word in data and name != "feedback.html"]
        assert not told, (word, told)


def test_another_machine_finds_it_as_it_was(here, grade, packed, monkeypatch):
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    status, out, _ = grade("verify", str(packed))
    assert (status, out.startswith("all is as it was written, and comes out")) == (0, True), out


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("result.json", "result.json was changed"),
        ("feedback.html", "feedback.html was changed"),
        ("extra.txt", "extra.txt is not in the manifest"),
    ],
)
def test_a_changed_member_is_told(grade, packed, name, told):
    held = members(packed)
    held[name] = held.get(name, b"").replace(b"20", b"21") + b" "
    rewritten(packed, held)
    status, out, _ = grade("verify", str(packed))
    assert (status, told in out) == (1, True)


def signed(path, held, **changed):
    """Rewritten, with a manifest that says so of each member."""
    manifest = {**json.loads(held.pop("manifest.json")), **changed}
    manifest["members"] = [{"name": name, "digest": digest_of(held[name])} for name in sorted(held)]
    rewritten(path, {**held, "manifest.json": json.dumps(manifest).encode()})


def test_a_result_that_was_made_up_with_its_digest_is_told(grade, packed):
    held = members(packed)
    held["result.json"] = held["result.json"].replace(b'"s3"', b'"s4"')
    signed(packed, held)
    status, out, _ = grade("verify", str(packed))
    assert (status, out) == (1, "the result is not the one that the history has\n")


@pytest.mark.parametrize("name", ["explanation.txt", "feedback.html"])
def test_words_that_were_made_up_with_their_digest_are_told(grade, packed, name):
    held = members(packed)
    held[name] += b"Well done."
    signed(packed, held)
    status, out, _ = grade("verify", str(packed))
    assert (status, out) == (1, f"{name} is not the one that comes out here\n")


def forged(held):
    """The links with another score in the student's own entry."""
    links = json.loads(held["history.json"])["links"]
    own = next(link for link in links if '"what": "result"' in link["text"])
    own["text"] = json.dumps({**json.loads(own["text"]), "score": 20})
    held["history.json"] = json.dumps({"links": links}).encode()
    return links


def test_an_entry_that_was_written_anew_is_told_whoever_wrote_the_next(grade, packed):
    held = members(packed)
    forged(held)
    signed(packed, held)
    status, out, _ = grade("verify", str(packed))
    assert (status, "the history does not end as the manifest says" in out) == (1, True)


def test_a_history_that_was_made_anew_with_its_head_is_told_by_what_was_noted_down(grade, packed):
    held = members(packed)
    head = json.loads(held["manifest.json"])["head"]
    assert grade("verify", str(packed), "--head", head[:16].upper())[0] == 0
    before = FIRST
    for link in forged(held):
        before = chained(before, sum_of_text(link["text"]) if link["text"] else link["said"])
    signed(packed, held, head=before)
    assert grade("verify", str(packed))[0] == 0
    status, out, _ = grade("verify", str(packed), "--head", head[:16])
    assert (status, out.startswith(f"no entry has the digest {head[:16]}")) == (1, True)


def swapped(held, digest, data):
    """Other bytes in place of those, everywhere by their own digest."""
    del held[f"files/{digest}"]
    held[f"files/{digest_of(data)}"] = data
    held["inputs.json"] = held["inputs.json"].replace(digest.encode(), digest_of(data).encode())


def test_another_submission_or_rubric_that_gives_the_same_result_is_told(grade, packed):
    whole = members(packed)
    inputs = json.loads(whole["inputs.json"])
    work, rubric = inputs["pieces"][0]["digest"], inputs["rubric"][0]["digest"]
    for digest, told in [(work, "what was handed in"), (rubric, "the rubric")]:
        held = dict(whole)
        swapped(held, digest, held[f"files/{digest}"] + b"\n")
        signed(packed, held)
        status, out, _ = grade("verify", str(packed))
        assert (status, out) == (1, f"{told} has other bytes than the history says\n")


def test_what_no_bundle_holds_or_lacks_is_told(grade, packed):
    whole = members(packed)
    signed(packed, {**whole, "files/more": b"x"})
    assert "files/more is nothing that a bundle" in grade("verify", str(packed))[1]
    signed(packed, {name: data for name, data in whole.items() if name != "explanation.txt"})
    assert grade("verify", str(packed))[:2] == (1, "explanation.txt is missing\n")
    signed(packed, dict(whole), schema=99)
    status, _, err = grade("verify", str(packed))
    assert (status, "of version 99" in err) == (2, True)


@pytest.mark.parametrize("text", ["[" * 100_000, "\ud800", "[1]", '{"what": "run"}'])
def test_an_entry_that_nobody_can_read_is_no_crash(grade, packed, text):
    held = members(packed)
    links = json.loads(held["history.json"])["links"]
    links[0] = {"text": text, "said": ""}
    held["history.json"] = json.dumps({"links": links}).encode()
    signed(packed, held)
    assert grade("verify", str(packed))[0] == 1


@pytest.mark.parametrize("content", [b"", b"no ZIP", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_bundle_is_refused(here, grade, content):
    (here / "x.zip").write_bytes(content)
    assert grade("verify", "x.zip")[0] == 2


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a\\b"])
def test_a_name_that_leads_out_is_refused(grade, packed, name):
    rewritten(packed, {**members(packed), name: b"x"})
    status, _, err = grade("verify", str(packed))
    assert (status, "is no bundle" in err) == (2, True)


def test_a_class_table_is_in_it_whole_and_that_is_told(grade, here):
    rows = ["id,name,gan.h1,gan.p", "s1,Ann One,,0.1", "s2,Bob Two,,0.2", "s3,Cy Three,,0.3"]
    write(here / "table", {"class.csv": "\n".join(rows) + "\n"})
    grade("table", "--roster", "roster.csv")
    out = grade("bundle", "s3", "-o", "s3.zip")[1]
    assert out == "wrote s3.zip\nit also holds what 2 other students handed in, in the same file\n"
    assert grade("verify", "s3.zip")[0] == 0


def test_who_was_gone_for_a_run_and_came_back_has_a_bundle_that_verifies(here, grade):
    grade("in", "--roster", "roster.csv")
    (here / "in" / "s3.json").rename(here / "s3.json")
    grade("in", "--roster", "roster.csv")
    (here / "s3.json").rename(here / "in" / "s3.json")
    grade("in", "--roster", "roster.csv")
    assert "run 3: " in grade("history", "s3")[1]
    grade("bundle", "s3", "-o", "s3.zip")
    assert grade("verify", "s3.zip")[0] == 0


@pytest.mark.usefixtures("packed")
def test_only_an_older_bundle_is_written_over(here, grade):
    (here / "submissions.zip").write_bytes(b"precious")
    status, _, err = grade("bundle", "s1", "-o", "submissions.zip")
    assert status == 2
    assert "submissions.zip is there and no bundle; write to another file" in err
    assert (here / "submissions.zip").read_bytes() == b"precious"
    assert grade("bundle", "s1", "-o", "again.zip")[0] == 0
    assert grade("bundle", "s2", "-o", "again.zip")[0] == 0


def test_who_is_not_on_the_class_list_and_who_may_be_meant_have_bundles_that_verify(here, grade):
    write(here, {"roster.csv": ROSTER.replace("s3,Cy Three", "s03,Cy Three")})
    grade("in", "--roster", "roster.csv")
    assert "may be theirs" in (here / "grades" / "results.jsonl").read_text("utf-8")
    for student in ("s3", "s03"):
        status, out, err = grade("bundle", student, "-o", f"{student}.zip")
        assert (status, out, err) == (0, f"wrote {student}.zip\n", "")
        assert grade("verify", f"{student}.zip")[0] == 0
        assert grade("explain", student)[0] == 0
