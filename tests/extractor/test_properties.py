"""What holds for every article, not only for those we thought of."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.extractor import furniture, pages
from tracker.extractor import extract, fold
from tracker.model import Kind

# fmt: off
_WORDS = (
    "harbour", "board", "ferry", "island", "school", "winter", "crane", "quay", "council", "letter", "storm",
    "captain", "ticket", "summer", "forecast", "price", "crew", "engine", "market", "bridge", "library",
    "teacher", "budget", "question", "promise", "meeting", "river", "village", "doctor", "answer",
)
# fmt: on
_SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def sentences(draw):
    words = draw(st.lists(st.sampled_from(_WORDS), min_size=6, max_size=16))
    number = draw(st.integers(2, 9_999))
    return " ".join([words[0].capitalize(), *words[1:], f"for {number} days"]) + "."


@st.composite
def stories(draw):
    count = draw(st.integers(4, 9))
    texts = [" ".join(draw(st.lists(sentences(), min_size=2, max_size=4))) for _ in range(count)]
    return [
        f"{['First', 'Then', 'Later', 'Also', 'After', 'Meanwhile', 'Still', 'Finally', 'Again'][n]} {text}"
        for n, text in enumerate(texts)
    ]


@_SETTINGS
@given(stories())
def test_reading_the_rendered_reading_changes_nothing(texts):
    first = extract(pages.page(pages.paragraphs(texts)), pages.URL)
    tags = {Kind.HEADING: "h2", Kind.LIST: "li", Kind.QUOTE: "blockquote"}
    story = "".join(f"<{tags.get(p.kind, 'p')}>{p.text}</{tags.get(p.kind, 'p')}>" for p in first.paragraphs)
    again = extract(pages.page(story, headline=first.headline), pages.URL)
    assert again.canonical() == first.canonical()


@_SETTINGS
@given(stories(), st.sampled_from(furniture.IN_STORY), st.data())
def test_furniture_never_changes_an_article(texts, piece, data):
    before = extract(pages.page(pages.paragraphs(texts)), pages.URL)
    where = data.draw(st.integers(1, len(texts)))
    story = pages.paragraphs(texts[:where]) + piece[2] + pages.paragraphs(texts[where:])
    after = extract(pages.page(story, related=2), pages.URL, previous=before)
    assert after.canonical() == before.canonical()


@_SETTINGS
@given(stories(), st.data())
def test_a_removed_paragraph_is_always_seen(texts, data):
    before = extract(pages.page(pages.paragraphs(texts)), pages.URL)
    gone = data.draw(st.integers(0, len(texts) - 1))
    rest = texts[:gone] + texts[gone + 1 :]
    after = extract(pages.page(pages.paragraphs(rest)), pages.URL, previous=before)
    assert [p.text for p in after.paragraphs] == rest


@_SETTINGS
@given(stories(), st.data())
def test_a_changed_number_is_always_seen(texts, data):
    before = extract(pages.page(pages.paragraphs(texts)), pages.URL)
    which = data.draw(st.integers(0, len(texts) - 1))
    changed = [*texts]
    changed[which] = changed[which].replace(" days.", "1 days.", 1)
    after = extract(pages.page(pages.paragraphs(changed)), pages.URL, previous=before)
    assert [p.text for p in after.paragraphs] == changed


@_SETTINGS
@given(st.text())
def test_folding_is_stable(text):
    assert fold.tidy(fold.tidy(text)) == fold.tidy(text)
    assert fold.key(fold.tidy(text)) == fold.key(text)
    assert 0 <= fold.likeness(text, text) <= 1


def test_lengths_count_scripts_without_spaces():
    assert fold.words("two words") == 2
    assert fold.words("東京都港区芝公園四丁目") > 5
    assert fold.words("") == 0
