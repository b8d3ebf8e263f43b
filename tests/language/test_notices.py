"""Notices in many languages, told apart from each other and from the article's own sentences."""

from __future__ import annotations

import pytest

from tracker.language.notices import kind_of
from tracker.language.stamps import ages, is_stamp

NOTICES = [
    ("en", "correction", "Correction: the first version of this report gave the wrong age."),
    ("en", "correction", "This article was amended on 3 May 2026 to correct the name of the bridge."),
    ("en", "correction", "(This 3 May story has been corrected to fix the year in paragraph 4)"),
    ("en", "correction", "An earlier version of this story misstated the size of the fleet."),
    ("en", "correction", "We regret the error."),
    ("en", "clarification", "Clarification: the mayor spoke before the vote, not after it."),
    ("en", "clarification", "This piece was updated to clarify who paid for the trip."),
    ("en", "update", "Update, 4 May: the company has replied to our questions."),
    ("en", "update", "This story has been updated with the council's statement."),
    ("en", "update", "Editor's note: this interview was held before the vote."),
    ("en", "timestamp", "Last updated 3 May 2026, 10:05 BST"),
    ("en", "timestamp", "By Ann Lee | Published 3 May 2026"),
    ("en", "timestamp", "12 minutes ago"),
    ("de", "correction", "Korrektur: Im Text stand zunächst ein falsches Datum."),
    ("de", "correction", "In einer früheren Version dieses Artikels hieß es, der Bau koste drei Millionen."),
    ("de", "clarification", "Klarstellung: Der Verein ist nicht Eigentümer des Hauses."),
    ("de", "update", "Nachtrag vom 4. Mai: Das Amt hat inzwischen geantwortet."),
    ("de", "update", "Dieser Artikel wurde um eine Stellungnahme ergänzt."),
    ("de", "timestamp", "Stand: 03.05.2026, 10:05 Uhr"),
    ("de", "timestamp", "vor 20 Minuten"),
    ("fr", "correction", "Rectificatif : le montant exact est de trois millions."),
    ("fr", "correction", "Une version précédente de cet article donnait un mauvais chiffre."),
    ("fr", "clarification", "Mise au point : la ville n'a pas vendu le terrain."),
    ("fr", "update", "Cet article a été mis à jour avec la réaction du maire."),
    ("fr", "timestamp", "Publié le 3 mai 2026 à 10h05"),
    ("es", "correction", "Fe de errores: el puente se abrió en 1998 y no en 1989."),
    ("es", "clarification", "Aclaración: la empresa no participó en el concurso."),
    ("es", "update", "Esta noticia ha sido actualizada con la respuesta del alcalde."),
    ("es", "timestamp", "Actualizado: 3 mayo 2026 - 10:05"),
    ("it", "correction", "Errata corrige: il numero dei feriti era sbagliato."),
    ("it", "timestamp", "Aggiornato il 3 maggio 2026 alle 10:05"),
    ("pt", "correction", "Correção: o texto dizia que a ponte abriu em 1989."),
    ("pt", "timestamp", "Atualizado em 03/05/2026 10h05"),
    ("ca", "correction", "Fe d'errades: el pont es va obrir el 1998."),
    ("nl", "correction", "Rectificatie: in de eerste versie stond een verkeerd bedrag."),
    ("nl", "update", "Dit artikel is bijgewerkt met een reactie van de gemeente."),
    ("nl", "timestamp", "Bijgewerkt 3 mei 2026, 10:05"),
    ("sv", "correction", "Rättelse: I en tidigare version av artikeln stod fel årtal."),
    ("sv", "timestamp", "Uppdaterad 2026-05-03 10:05"),
    ("no", "correction", "Rettelse: Saken oppga først feil alder."),
    ("da", "correction", "I en tidligere version af artiklen fremgik en forkert dato."),
    ("fi", "correction", "Oikaisu: jutussa kerrottiin aiemmin väärä vuosi."),
    ("fi", "timestamp", "Päivitetty 3.5.2026 klo 10.05"),
    ("is", "correction", "Leiðrétting: Í fyrri útgáfu stóð rangt ártal."),
    ("pl", "correction", "Sprostowanie: w poprzedniej wersji podaliśmy złą datę."),
    ("pl", "timestamp", "Aktualizacja: 03.05.2026 10:05"),
    ("cs", "correction", "Oprava: v původní verzi článku byl chybný rok."),
    ("sk", "correction", "Oprava: v pôvodnej verzii bol nesprávny rok."),
    ("hu", "correction", "Helyreigazítás: cikkünk korábbi verziójában rossz dátum szerepelt."),
    ("ro", "correction", "Rectificare: într-o versiune anterioară data era greșită."),
    ("hr", "correction", "Ispravak: u prethodnoj verziji naveden je pogrešan datum."),
    ("ru", "correction", "Исправление: в первоначальной версии была указана неверная дата."),
    ("ru", "clarification", "Уточнение: речь идёт о прошлом годе, а не о нынешнем."),
    ("ru", "timestamp", "Обновлено: 03.05.2026 10:05"),
    ("uk", "correction", "Виправлення: у попередній версії була неправильна дата."),
    ("bg", "correction", "Поправка: в предишна версия беше посочена грешна дата."),
    ("el", "correction", "Διόρθωση: σε προηγούμενη έκδοση αναφερόταν λάθος ημερομηνία."),
    ("tr", "correction", "Düzeltme: haberin ilk halinde tarih yanlış verilmişti."),
    ("tr", "timestamp", "Güncelleme: 03.05.2026 10:05"),
    ("ar", "correction", "تصحيح: ذكرت نسخة سابقة من هذا المقال تاريخا خاطئا."),
    ("he", "correction", "תיקון: בגרסה קודמת של הכתבה הופיע תאריך שגוי."),
    ("ja", "correction", "訂正：記事の初版で日付に誤りがありました。"),
    ("ja", "timestamp", "2026年5月3日 10:05 更新"),
    ("zh", "correction", "更正：本文早前版本日期有误。"),
    ("zh", "update", "更新：市政府已作出回应，全文补充。"),
    ("ko", "correction", "바로잡습니다: 기사에서 날짜가 잘못 표기되었습니다."),
    ("id", "correction", "Ralat: versi sebelumnya dari artikel ini salah menyebut tanggal."),
    ("et", "correction", "Parandus: artikli varasemas versioonis oli kuupäev vale."),
    ("lt", "correction", "Pataisymas: ankstesnėje straipsnio versijoje buvo neteisinga data."),
    ("lv", "correction", "Labojums: iepriekšējā raksta versijā bija nepareizs datums."),
    ("th", "correction", "แก้ไข: บทความฉบับก่อนหน้านี้ระบุวันที่ผิด"),
    ("fa", "correction", "اصلاحیه: در نسخه قبلی این گزارش تاریخ اشتباه بود."),
    ("hi", "correction", "सुधार: इस लेख के पिछले संस्करण में तारीख गलत थी।"),
    ("vi", "correction", "Đính chính: Trong phiên bản trước của bài viết, ngày bị viết sai."),
    ("de", "update", "Dieser Artikel wurde am Montag um neue Angaben ergänzt."),
    ("nl", "timestamp", "Bijgewerkt op 3 mei 2026 om 10:05"),
]


@pytest.mark.parametrize(("language", "kind", "text"), NOTICES)
def test_notices_are_told_apart(language, kind, text):
    assert kind_of(text) == kind


def test_at_least_twenty_languages_are_covered():
    assert len({language for language, _, _ in NOTICES}) >= 20


STORIES = [
    "The minister said he had updated his will in 2019.",
    "The figures, published on 3 May, were corrected by the ministry.",
    "Police updated the death toll to 12 at 10:30.",
    "The attack happened 5 minutes ago, police said.",
    "Correction officers went on strike on Monday.",
    "Edit wars broke out on the site, he said.",
    "The law was amended in 2019.",
    "He issued a correction on Monday, but nobody read it.",
    "Die Frau hieß ursprünglich Anna und lebte in Kiel.",
    "La corrección de los exámenes empieza el lunes.",
    "Il a publié un livre en 2019 sur la guerre.",
    "De minister stond eerder voor de rechter.",
    "An earlier version of the bill was rejected by the Senate.",
    "公司更正了第三季度的盈利预测，股价随后下跌。",
    "Министерство исправило прогноз роста экономики на 2026 год.",
    "Bakan açıklama yaptı ve kararı savundu.",
    "12 May",
]


@pytest.mark.parametrize("text", STORIES)
def test_the_story_itself_is_no_notice(text):
    assert kind_of(text) is None
    assert not is_stamp(text)


def test_a_line_that_ages_by_itself_is_told_from_one_that_does_not():
    assert ages("Updated 5 minutes ago")
    assert not ages("Updated 3 May 2026, 10:05")
