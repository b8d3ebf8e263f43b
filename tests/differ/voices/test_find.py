"""Who is heard in a sentence, language by language. Every sentence is our own."""

from __future__ import annotations

import pytest

from tracker.differ.voices.find import in_text, voices
from tracker.model import Content, Kind, Paragraph
from tracker.model.voices import VoiceKind

HEARD = {
    "subject": ("en", "Marta Quill said the mill would close.", ["Marta Quill"]),
    "inverted": ("en", "“We were never asked about it,” said Marta Quill.", ["Marta Quill"]),
    "apposition": ("en", "Marta Quill, a baker in Ash, said the mill would close.", ["Marta Quill"]),
    "name in apposition": ("en", "The mayor, Marta Quill, said the mill would close.", ["Marta Quill"]),
    "initials": ("en", "John C. Pratt said the mill would close.", ["John C. Pratt"]),
    "according to": ("en", "The mill will close, according to the county.", ["the county"]),
    "perfect": ("en", "The county has repeatedly denied that the mill would close.", ["The county"]),
    "told": ("en", "The owner told reporters that the mill would close.", ["The owner"]),
    "passive": ("en", "The owner was told to close the mill.", []),
    "accused of": ("en", "Man accused of burning down the mill", []),
    "noun": ("en", "The report of the claims went to the owner.", []),
    "a paper shows": ("en", "The report shows the mill was never safe.", ["The report"]),
    "people show": ("en", "The teams show the judges their cakes.", []),
    "only the sentence's capital": ("en", "Cheap imported flour said little about the mill.", []),
    "no voice": ("en", "The mill closes in May after ninety years.", []),
    "German separable": ("de", "Die Polizei teilte am Montag mit, der Laster sei leer gewesen.", ["Die Polizei"]),
    "German laut": ("de", "Verletzt wurde laut Polizei niemand.", ["Polizei"]),
    "German so": ("de", "Der Laster war leer, so die Polizei.", ["die Polizei"]),
    "German according to": ("de", "Nach Angaben der Gewerkschaft fehlen elf Leute.", ["Gewerkschaft"]),
    "German passive": ("de", "Die Firma wurde scharf kritisiert.", []),
    "French inverted": ("fr", "« Cela arrive trop tard », regrette Jeanne Morel.", ["Jeanne Morel"]),
    "French selon": ("fr", "Selon un ancien maire, le pont est fermé.", ["un ancien maire"]),
    "French pronoun": ("fr", "Le pont est fermé, a-t-il indiqué.", ["il"]),
    "Spanish plural": ("es", "Los vecinos señalaron que nadie avisó.", ["Los vecinos"]),
    "Spanish según": ("es", "Según alertó la alcaldesa, el puente sigue cerrado.", ["la alcaldesa"]),
    "Italian perfect": ("it", "Il sindaco ha detto che la piscina riaprirà.", ["Il sindaco"]),
    "Portuguese": ("pt", "De acordo com a polícia, ninguém ficou ferido.", ["a polícia"]),
    "Dutch aldus": ("nl", "De bouten zijn los, aldus het rapport.", ["het rapport"]),
    "Dutch reflexive": ("nl", "Protestleider meldt zich bij de politie.", []),
    "Swedish dash": ("sv", "– Ingen har frågat oss, säger Karin Holst.", ["Karin Holst"]),
    "Danish": ("da", "Politiet oplyser, at ingen kom til skade.", ["Politiet"]),
    "Norwegian": ("no", "Ifølge politiet kom ingen til skade.", ["politiet"]),
    "Polish": ("pl", "Minister zaprzeczył, że dotacja przepadła.", ["Minister"]),
    "Czech": ("cs", "„Nikdo se nás neptal,“ řekla Marie Nová.", ["Marie Nová"]),
    "Russian": ("ru", "По словам прокурора Ивана Седых, дело закрыто.", ["прокурора Ивана Седых"]),
    "Ukrainian": ("uk", "Компанія повідомила, що шкодує про рішення.", ["Компанія"]),
    "Greek": ("el", "Σύμφωνα με την εταιρεία, δεν υπήρχε κίνδυνος.", ["εταιρεία"]),
    "Turkish": ("tr", "Bakan Mehmet Aksoy, tehlike olmadığını söyledi.", ["Bakan Mehmet Aksoy"]),
    "Turkish clause": ("tr", "Kısa bir süre içinde, tehlike olmadığını söyledi.", []),
    "Japanese": ("ja", "田中花子さんは「誰も聞かなかった」と話した。", ["田中花子さん"]),
    "Japanese によると": ("ja", "警察によると、けが人はいない。", ["警察"]),
    "Chinese": ("zh", "市长李明表示，预算不够。", ["市长李明"]),
    "Chinese 据": ("zh", "据警方介绍，没有人受伤。", ["警方"]),
    "Korean": ("ko", "김미영 씨는 “아무도 묻지 않았다”고 말했다.", ["김미영 씨"]),
    "Arabic": ("ar", "وقال الوزير إن المنحة ستدفع.", ["الوزير"]),
    "Hebrew": ("he", "לפי המשטרה, אין נפגעים.", ["המשטרה"]),
    "Hindi": ("hi", "सीमा वर्मा ने कहा कि किसी ने नहीं पूछा।", ["सीमा वर्मा"]),
    "Persian": ("fa", "به گفته پلیس، کسی آسیب ندید.", ["پلیس"]),
}


@pytest.mark.parametrize("name", HEARD)
def test_who_is_heard(name: str) -> None:
    language, text, wanted = HEARD[name]
    found = in_text(text, language)
    assert [voice.source for voice in found] == wanted
    assert all(text[voice.start : voice.end] == voice.source for voice in found)


KINDS = {
    "a person": ("en", "Marta Quill said so.", VoiceKind.NAME),
    "an office": ("en", "The mayor said so.", VoiceKind.OFFICE),
    "a spokesman for a body": ("en", "A spokesman for Severn Water said so.", VoiceKind.OFFICE),
    "an unnamed official": ("en", "A senior official in Paris said so.", VoiceKind.ANONYMOUS),
    "one of them": ("en", "One of them said so.", VoiceKind.ANONYMOUS),
    "a paper": ("en", "A report from the county said so.", VoiceKind.DOCUMENT),
    "a pronoun": ("en", "She said so.", VoiceKind.PRONOUN),
    "a German office": ("de", "Der Bürgermeister sagte das.", VoiceKind.OFFICE),
    "a German name": ("de", "Landwirt Georg Eichler sagte das.", VoiceKind.NAME),
    "a German unnamed person": ("de", "Ein Beamter sagte das.", VoiceKind.ANONYMOUS),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_a_speaker_is(name: str) -> None:
    language, text, wanted = KINDS[name]
    assert [voice.kind for voice in in_text(text, language)] == [wanted]


def test_a_verb_has_a_stance_where_it_is_more_than_neutral() -> None:
    verbs = {"said": "", "admitted": "concede", "claimed": "doubt", "denied": "deny", "insisted": "insist"}
    assert {v: in_text(f"The bank {v} that it was wrong.", "en")[0].stance for v in verbs} == verbs
    german = in_text("Die Bank gab bekannt, sie habe verkauft.", "de"), in_text("Die Bank gab es nicht zu.", "de")
    assert [voices[0].stance for voices in german] == ["", "concede"]


def test_a_speaker_is_direct_where_three_quoted_words_stand_in_his_sentence() -> None:
    direct, scare = in_text("“We were never asked,” she said.", "en"), in_text("She said the “deal” was off.", "en")
    assert (direct[0].direct, direct[0].quoted) == (True, 4)
    assert (scare[0].direct, scare[0].quoted) == (False, 0)


def test_headline_and_standfirst_are_read_and_captions_and_notices_are_not() -> None:
    said = "Marta Quill said the mill would close."
    content = Content(
        headline="Mayor says the mill must close",
        standfirst="Bakers said they were not asked",
        language="en",
        paragraphs=(Paragraph("The mill closes."), Paragraph(said), Paragraph(said, Kind.CAPTION)),
        notices=(Paragraph("Correction: a previous version said the mill was open.", Kind.NOTICE),),
    )
    assert [(v.paragraph, v.source) for v in voices(content)] == [(-2, "Mayor"), (-1, "Bakers"), (1, "Marta Quill")]


def test_a_language_without_lists_has_no_speakers() -> None:
    assert voices(Content(language="is", paragraphs=(Paragraph("Jón sagði að brúin væri lokuð."),))) == ()
