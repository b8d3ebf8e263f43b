"""What a word edit is called, and what it may never be called."""

from __future__ import annotations

import pytest

from tracker.differ.classify import classify
from tracker.differ.traits import SERIOUS, Place, in_quotation
from tracker.model import TAGS, ChangeClass


def judge(text: str, language: str = "en", field: str = ""):
    """Classify the one `[-deleted-]{+inserted+}` edit of a sentence."""
    left, _, rest = text.partition("[-")
    deleted, _, rest = rest.partition("-]{+")
    inserted, _, right = rest.partition("+}")
    old, new = left + deleted + right, left + inserted + right
    verdict = classify(deleted, inserted, Place(left, right, language, field, old, new))
    assert set(verdict.tags) <= set(TAGS), "the list of tags that can be asked for lacks one"
    return verdict


MINOR = [
    ("curly quotes", "en", 'He said [-"yes-]{+“yes+}” at once.', "typography"),
    ("no-break space", "fr", "Il a dit[- -]{+\u00a0+}: oui.", "whitespace"),
    ("doubled word", "en", "It was [-the the-]{+the+} end.", "repeated-word"),
    ("doubled word, one deleted", "en", "It was the [-the -]{++}end.", "repeated-word"),
    ("letters swapped", "en", "He [-recieved-]{+received+} it.", "typo"),
    ("five and 5", "en", "Some [-five-]{+5+} boats.", "same-number"),
    ("grouping of thousands", "de", "Etwa [-1.000-]{+1000+} Leute.", "same-number"),
    ("half past ten", "de", "Um [-10.30-]{+10:30+} Uhr.", "same-number"),
    ("plural of a people", "en", "It killed ten [-American-]{+Americans+}.", "inflection"),
    ("plural", "nl", "De [-bewoner-]{+bewoners+} gingen.", "inflection"),
    ("accent", "fr", "Il [-connait-]{+connaît+} la ville.", "diacritics"),
    ("capital", "en", "The [-prime minister-]{+Prime Minister+} left.", "case"),
    ("hyphen", "en", "It was [-up-dated-]{+updated+} once.", "hyphenation"),
    ("dashes in a phrase", "en", "We keep it up[--to--]{+ to +}date.", "punctuation"),
    ("comma", "en", "He left[-,-]{++} and she stayed.", "punctuation"),
    ("British and American", "en", "The [-defence-]{+defense+} rested on Friday.", "spelling-variant"),
    ("American and British", "en", "They [-realized-]{+realised+} it late.", "spelling-variant"),
    ("link", "en", "See [-http://a.example/x-]{+http://a.example/y+} for more.", "link"),
    ("markup", "en", "The [-*Times*-]{+Times+} wrote.", "markup"),
    ("article", "en", "He joined [--]{+the +}navy.", "agreement"),
    ("a Chinese particle", "zh", "他[-的-]{+地+}说。", "few-characters"),
    ("a Japanese particle", "ja", "政府[-が-]{+は+}決めた。", "few-characters"),
    ("percent as a sign", "en", "Some 15[- percent-]{+%+} voted.", "same-number"),
    ("percent in two words", "es", "Subió un [-2 por ciento-]{+2 %+}.", "same-number"),
    ("kilometres in short", "de", "Es sind [-10 km-]{+10 Kilometer+}.", "same-number"),
    ("dollars in words", "en", "It cost [-$5,000-]{+5,000 dollars+}.", "same-number"),
    ("Roman figures", "fr", "Au [-XXe-]{+20e+} siècle.", "same-number"),
    ("ten thousands", "zh", "约有[-1.2万-]{+12000+}人。", "same-number"),
    ("agreement", "en", "The council [-have-]{+has+} met.", "agreement"),
    ("Arabic spelling", "ar", "وصل إلى [-القاهره-]{+القاهرة+}.", "diacritics"),
    ("full stops in an acronym", "en", "He told the [-U.S.-]{+US+} envoy.", "hyphenation"),
]


@pytest.mark.parametrize(("name", "language", "text", "rule"), MINOR, ids=[case[0] for case in MINOR])
def test_edits_that_nobody_would_notice_are_minor(name, language, text, rule):
    verdict = judge(text, language)
    assert (verdict.class_, verdict.rule) == (ChangeClass.MINOR, rule)


SUBSTANTIVE = [
    ("a saying doubted", "de", "Der Verein [-erklärte-]{+behauptete+}, es sei wahr.", "hedge"),
    ("a saying doubted", "fr", "L'entreprise [-assure-]{+prétend+} avoir prévenu.", "hedge"),
    ("a saying doubted", "es", "El portavoz [-dijo-]{+alegó+} que no había datos.", "hedge"),
    ("done and left undone", "de", "Die Stadt hat die Brücke [-geöffnet-]{+zu öffnen versäumt+}.", "negation"),
    ("done and left undone", "es", "La empresa [-pagó-]{+dejó de pagar+} a todos.", "negation"),
    ("the number in another unit", "en", "The course is [-5 km-]{+5 miles+} long.", "number"),
    ("number", "en", "It killed [-12-]{+15+} people.", "number"),
    ("decimal point", "de", "Um [-3,5-]{+35+} Prozent.", "number"),
    ("magnitude", "en", "It cost 3 [-million-]{+billion+} pounds.", "number"),
    ("currency", "en", "It cost [-$-]{+€+}3.", "number"),
    ("result turned round", "en", "They won [-3-1-]{+1-3+}.", "number"),
    ("number word", "fr", "[-Deux-]{+Trois+} morts.", "number"),
    ("Chinese number", "zh", "死亡[-三-]{+五+}人。", "number"),
    ("Arabic digits", "ar", "قتل [-١٢-]{+١٥+} شخصا", "number"),
    ("negation", "en", "He will [--]{+not +}resign.", "negation"),
    ("negation in German", "de", "Es gibt [-eine-]{+keine+} Einigung.", "negation"),
    ("negating contraction", "en", "He [-did-]{+didn’t+} know.", "negation"),
    ("day", "en", "It starts on [-Monday-]{+Tuesday+}.", "date"),
    ("day with possessive", "en", "After [-Monday’s-]{+Tuesday’s+} vote.", "date"),
    ("hundreds and thousands", "de", "Es kamen [-Hunderte-]{+Tausende+}.", "number"),
    ("a loaded word", "en", "The [-protesters-]{+rioters+} left.", "opposite"),
    ("month", "es", "Será en [-enero-]{+marzo+}.", "date"),
    ("the month of May", "en", "It was in [-May-]{+June+}.", "date"),
    ("another name", "en", "It was [-John-]{+Peter+} Hargreaves.", "name"),
    ("another name after a title", "fr", "M. [-Durand-]{+Lefèvre+} a parlé.", "name"),
    ("hedge", "en", "The [--]{+alleged +}killer fled.", "hedge"),
    ("conditional", "de", "Das Werk [-konnte-]{+könnte+} schließen.", "hedge"),
    ("quantifier", "nl", "[-Bijna alle-]{+Enkele+} winkels.", "hedge"),
    ("inside a quotation", "en", "“It was [-sad-]{+criminal+},” she said.", "quote"),
    ("quotation with single marks", "nl", "Hij zei: 'Dit is [-erg-]{+misdadig+}' en ging.", "quote"),
    ("opposite", "en", "Shares [-rose-]{+fell+} at once.", "opposite"),
    ("turned by a prefix", "en", "The arrest was [-legal-]{+illegal+}.", "negation"),
    ("percentage points", "en", "It rose by two [-percent-]{+percentage points+}.", "number"),
    ("percentage points in German", "de", "Um 0,5 [-Prozent-]{+Prozentpunkte+}.", "number"),
    ("days and weeks", "nl", "De staking duurt drie [-dagen-]{+weken+}.", "number"),
    ("days and weeks in Chinese", "zh", "将持续三[-天-]{+周+}。", "number"),
    ("currency in words", "en", "It cost 1.2 million [-dollars-]{+pounds+}.", "number"),
    ("lakh and crore", "hi", "नुकसान 3 [-लाख-]{+करोड़+} रुपये।", "number"),
    ("inflected number word", "ru", "Встреча с [-пятью-]{+шестью+} министрами.", "number"),
    ("a form that negates itself", "tr", "Bakan istifa [-etti-]{+etmedi+}.", "negation"),
    ("denied, in Japanese", "ja", "男は容疑を[-認め-]{+否認し+}ている。", "negation"),
    ("negation inside Japanese", "ja", "首相は辞任[-した-]{+しなかった+}。", "negation"),
    ("yet to", "en", "It has [--]{+yet to +}approve it.", "negation"),
    ("day in Japanese", "ja", "会談は[-火-]{+木+}曜日に行う。", "date"),
    ("day in Hindi", "hi", "बैठक [-मंगलवार-]{+गुरुवार+} को होगी।", "date"),
    ("morning and evening", "es", "Llegó el lunes por la [-mañana-]{+noche+}.", "date"),
    ("last week and next week", "en", "It was due [-last-]{+next+} week.", "date"),
    ("name before a Japanese title", "ja", "[-安倍-]{+岸田+}首相が述べた。", "name"),
    ("a German town", "de", "Das Paar lebte in [-Hamburg-]{+Bremen+}.", "name"),
    ("elided article and name", "fr", "Le ministre [-d'Espagne-]{+d'Italie+} a réagi.", "name"),
    ("suspected, in Chinese", "zh", "该男子[-涉嫌-]{++}杀害邻居。", "hedge"),
    ("at least, in two words", "en", "It killed [--]{+at least +}ten people.", "hedge"),
    ("no longer in office", "es", "El [-exministro-]{+ministro+} declaró.", "opposite"),
    ("what stands before a compound", "de", "Der [-Außenminister-]{+Innenminister+} reist.", "opposite"),
    ("stable and critical, in Dutch", "nl", "De patiënt is [-stabiel-]{+in kritieke toestand+}.", "opposite"),
    ("a currency sign alone", "en", "It cost [-$5-]{+5+} in all.", "number"),
    ("rose and fell, in Russian", "ru", "Цены [-выросли-]{+упали+}.", "opposite"),
    ("morning and afternoon hours", "en", "It began at 6 [-a.m.-]{+p.m.+} on a boat.", "opposite"),
    ("he and she", "en", "Then [-he-]{+she+} left.", "opposite"),
    ("charged and convicted", "en", "He was [-convicted of-]{+charged with+} fraud.", "opposite"),
    ("words added", "en", "The march was peaceful[--]{+ until police arrived with dogs+}.", "added"),
    ("words removed", "en", "The plan[-, drafted behind closed doors,-]{++} passed.", "removed"),
]


@pytest.mark.parametrize(("name", "language", "text", "tag"), SUBSTANTIVE, ids=[case[0] for case in SUBSTANTIVE])
def test_edits_that_say_something_else_are_substantive(name, language, text, tag):
    verdict = judge(text, language)
    assert verdict.class_ is ChangeClass.SUBSTANTIVE
    assert tag in verdict.tags


WORDING = [
    ("another unit", "en", "The trail runs [-5 km-]{+3 miles+} along the coast.", "unit-converted"),
    ("another unit", "de", "Das Wrack liegt [-8 Kilometer-]{+5 Meilen+} vor der Küste.", "unit-converted"),
    ("a name in British spelling", "en", "They named Emily [-Denise-]{+Denize+} as the driver.", "name-spelling"),
    ("synonym", "en", "The firm [-purchased-]{+bought+} it.", "synonym"),
    ("synonym", "pl", "Firma [-nabyła-]{+kupiła+} grunt.", "synonym"),
    ("synonym", "zh", "公司[-购买-]{+收购+}了该厂。", "synonym"),
    ("a turn of phrase", "fr", "Il [-s'est rendu-]{+est allé+} sur place.", "reworded"),
    ("one word in another script", "ko", "[-Ruby를-]{+루비를+} 쓴다.", "reworded"),
    ("abbreviation", "en", "The [-European Union-]{+EU+} agreed.", "abbreviation"),
    ("name respelt", "en", "Ms [-Catherine-]{+Katherine+} Doyle spoke.", "name-spelling"),
    ("another surname after the same first name", "en", "He was Dan [-Cole-]{+Coles+}.", "name-spelling"),
    ("letter that makes another word", "en", "They [-adopt-]{+adapt+} the plan.", "letters-changed"),
    ("acronym", "en", "He told [-us-]{+US+} officials.", "acronym-case"),
    ("reordered", "en", "[-Police on Monday-]{+On Monday police+} left.", "reordered"),
    ("connective that negates nothing", "es", "[-Sin embargo-]{+Pero+}, falta.", "function-words"),
    ("hedges that claim the same", "en", "It is [-probably-]{+likely+} over.", "reworded"),
    ("conjunction", "en", "[-But-]{+And+} it rained.", "function-words"),
    ("attribution", "en", "He [-said-]{+stated+} so.", "attribution"),
    ("tense", "en", "He [-supports-]{+supported+} it.", "verb-form"),
    ("contraction written out", "en", "They [-didn’t-]{+did not+} know.", "reworded"),
    ("month abbreviated", "en", "It was on [-January-]{+Jan.+} 3.", "reworded"),
    ("past for present", "en", "He [-is-]{+was+} the owner.", "function-words"),
    ("preposition", "en", "He spoke [-to-]{+of+} them.", "function-words"),
    ("month abbreviated in German", "de", "Am 24. [-Dezember-]{+Dez.+} in Wien.", "reworded"),
    ("over a weekend is no hedge", "en", "They met [-at-]{+over+} the weekend.", "function-words"),
    ("one Chinese character", "zh", "公司[-购-]{+收+}买了它。", "few-characters"),
    ("an adverb that adds nothing", "fr", "Il assure [-également -]{++}un suivi.", "function-words"),
    ("question mark", "en", "It is over[-.-]{+?+}", "sign"),
]


@pytest.mark.parametrize(("name", "language", "text", "rule"), WORDING, ids=[case[0] for case in WORDING])
def test_edits_that_say_it_differently_are_wording(name, language, text, rule):
    verdict = judge(text, language)
    assert (verdict.class_, verdict.rule) == (ChangeClass.WORDING, rule)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The trust will [-lease-]{+sell+} the hall."),
        ("de", "Sie ist seine [-Nichte-]{+Tante+}."),
        ("fi", "Yhtiö [-vuokrasi-]{+myi+} tehtaan."),
        ("ko", "형은 [-목수-]{+화가+}였다."),
        ("en", "She made her [-point-]{+case+}."),  # a point is no unit by itself
    ],
)
def test_a_word_that_no_list_holds_for_the_same_says_something_else(language, text):
    verdict = judge(text, language)
    assert verdict.class_ is ChangeClass.SUBSTANTIVE
    assert "number" not in verdict.tags


@pytest.mark.parametrize("text", [case[2] for case in (*MINOR, *SUBSTANTIVE, *WORDING)])
@pytest.mark.parametrize("language", ["", "en", "de", "fr", "fi", "xx"])
def test_nothing_with_a_serious_tag_is_ever_minor(text, language):
    verdict = judge(text, language)
    assert verdict.class_ is not ChangeClass.MINOR or not SERIOUS & set(verdict.tags)


HEADLINES = [
    ("two words for two", "Storm batters [-northern coast-]{+the north+}", ChangeClass.WORDING),
    ("a number", "[-12-]{+15+} dead after blast", ChangeClass.SUBSTANTIVE),
    (
        "another story",
        "[-Markets rise as talks resume-]{+Shares plunge after talks collapse+}",
        ChangeClass.SUBSTANTIVE,
    ),
    (
        "in title case no name is seen",
        "[-Storm Hits Northern Coast-]{+Storm Strikes Northern Coast+}",
        ChangeClass.WORDING,
    ),
    ("quotes only", "[-‘We will rebuild’-]{+“We will rebuild”+}", ChangeClass.MINOR),
]


@pytest.mark.parametrize(("name", "text", "class_"), HEADLINES, ids=[case[0] for case in HEADLINES])
def test_headlines_are_judged_whole(name, text, class_):
    verdict = judge(text, "en", "headline")
    assert verdict.class_ is class_
    assert "headline" in verdict.tags


def test_the_score_is_the_sum_of_the_table():
    verdict = judge("It killed [-12-]{+15+} people.")
    assert verdict.score == 6 + 3
    assert judge("[-12-]{+15+} dead", field="headline").score == 6 + 3 + 2


QUOTATIONS = [
    ("open", "He said: “we will", True),
    ("closed", "He said: “we will” and", False),
    ("German", "Er sagte: „wir werden", True),
    ("German closed", "Er sagte: „wir werden“ und", False),
    ("French", "Il dit : « nous", True),
    ("straight", 'He said "we', True),
    ("Japanese", "彼は「そう", True),
    ("apostrophes", "It's the dog's", False),
    ("single", "Zij zei: 'we gaan", True),
]


@pytest.mark.parametrize(("name", "text", "inside"), QUOTATIONS, ids=[case[0] for case in QUOTATIONS])
def test_an_open_quotation_is_recognised(name, text, inside):
    assert in_quotation(text) is inside


@pytest.mark.parametrize(
    "text",
    ["lost [-3 to 2-]{+2 to 3+} at home.", "fell [-from 285 to 225-]{+from 225 to 285+}.", "at [-8am-]{+8pm+} today."],
)
def test_swapped_numbers_and_other_hours_are_changed_numbers(text):
    verdict = judge(text)
    assert verdict.class_ is ChangeClass.SUBSTANTIVE
    assert "number" in verdict.tags


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Han är [-skyldig-]{+oskyldig+}."),
        ("en", "She was [-suspended-]{+suspected+}."),
        ("de", "Er wurde [-verletzt-]{+versetzt+}."),
        ("ja", "判決は[-有罪-]{+無罪+}だった。"),
        ("ko", "법원은 그에게 [-유죄-]{+무죄+}를 선고했다."),
        ("ar", "وقع في [-حلب-]{+حمص+}."),
    ],
)
def test_one_word_that_says_something_else_is_substantive_in_every_script(language, text):
    assert judge(text, language).class_ is ChangeClass.SUBSTANTIVE


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "begins at [-3pm-]{+15:00+} sharp."),
        ("de", "Rund [-die Hälfte-]{+50 Prozent+} fehlte."),
        ("fr", "élue [-le 3 mars 2020-]{+le 03/03/2020+}."),
        ("ja", "[-十二人-]{+12人+}がけがをした。"),
    ],
)
def test_a_number_in_another_form_is_minor(language, text):
    verdict = judge(text, language)
    assert verdict.class_ is ChangeClass.MINOR
    assert "number-format" in verdict.tags


def test_a_number_says_which_way_it_went():
    assert "toll-up" in judge("[-12-]{+15+} people died.").tags
    assert "refined" in judge("[-At least 10-]{+12+} were hurt.").tags


def test_an_adverb_left_out_is_wording_and_an_adjective_is_not():
    assert judge("The plan was [-quickly -]{++}dropped.").class_ is ChangeClass.WORDING
    assert judge("The [-communal -]{++}garden closed.").class_ is ChangeClass.SUBSTANTIVE


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "He is a former [-deputy minister-]{+minister+} of transport."),
        ("de", "Der [-stellvertretende -]{++}Bürgermeister kam."),
        ("nl", "De [-waarnemend -]{++}burgemeester kwam."),
    ],
)
def test_another_rank_is_another_office(language, text):
    verdict = judge(text, language)
    assert (verdict.class_, "office" in verdict.tags) == (ChangeClass.SUBSTANTIVE, True)
