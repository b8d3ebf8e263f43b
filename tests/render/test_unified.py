import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.render.samples import HOSTILE
from tracker.model import Content, Paragraph
from tracker.render import plain, unified

TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=12)
CONTENTS = st.builds(
    lambda headline, texts: Content(headline=headline, paragraphs=tuple(map(Paragraph, texts))),
    TEXTS,
    st.lists(
        st.one_of(TEXTS, st.sampled_from(["Same.", "--- a", "+++ b", "@@ -1 +1 @@", "\\ No newline"])), max_size=6
    ),
)


def content(*paragraphs: str, headline: str = "Head") -> Content:
    return Content(headline=headline, paragraphs=tuple(map(Paragraph, paragraphs)))


def applied(old: Content, patch: str, folder: Path) -> str:
    """What the real `patch` makes of the old text."""
    file = folder / "old.txt"
    file.write_bytes(plain.document(old).encode())
    program = shutil.which("patch")
    assert program is not None
    done = subprocess.run([program, "--silent", "--force", str(file)], input=patch.encode(), capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return file.read_bytes().decode()


needs_patch = pytest.mark.skipif(shutil.which("patch") is None, reason="the patch program is not installed")


@needs_patch
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("a changed word", content("It sends 400.", "End."), content("It sends 500.", "End.")),
        ("only the headline", content("A."), content("A.", headline="Other")),
        ("a paragraph added in a long text", content(*map(str, range(99))), content(*map(str, range(50)), "x", "y")),
        ("everything is new", content("A."), content("B.", headline="C")),
        ("hostile text", content(HOSTILE, "end"), content(HOSTILE + "!", "end")),
        ("separators that are no line breaks to patch", content("a\x0cb\x1cc\u2028d"), content("a\x0cb\x1cc\u2028e")),
        ("emptied", content("A.", "B."), content(headline="")),
    ],
)
def test_patch_turns_the_old_text_into_the_new_one(name: str, old: Content, new: Content, tmp_path: Path) -> None:
    assert applied(old, unified.patch(old, new), tmp_path) == plain.document(new), name


@needs_patch
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(CONTENTS, CONTENTS)
def test_patch_applies_to_any_pair_of_texts(tmp_path: Path, old: Content, new: Content) -> None:
    patch = unified.patch(old, new)
    if not patch:
        assert plain.document(old) == plain.document(new)
    else:
        assert applied(old, patch, tmp_path) == plain.document(new)


def test_the_same_text_gives_an_empty_patch() -> None:
    assert unified.patch(content("A."), content("A.")) == ""


def test_the_patch_names_both_versions() -> None:
    patch = unified.patch(content("A."), content("B."), old_name="article-7-1", new_name="article-7-2")
    assert patch.startswith("--- a/article-7-1\n+++ b/article-7-2\n@@ -1,3 +1,3 @@\n # Head\n \n-A.\n+B.\n")
