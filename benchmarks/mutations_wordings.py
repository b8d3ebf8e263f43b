"""Furniture in wordings and class names that no rule has seen, in five languages, with and without a source profile.

    python -m benchmarks.mutations_wordings [--limit N] [--verbose]

The furniture of ../shared/bench/mutations.py speaks in known phrases; this script gives it other words. Each page is
looked at a second time: first without a profile, then with one learned from five other articles of its source (the
same page with other paragraphs and the same furniture). `noise` counts what was let through and is stored with the
name of a noise rule, because all that the change brings is text that the reading doubts.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from typing import Any

from benchmarks import extraction_adapters
from tracker.differ import diff
from tracker.extractor import extract, learn
from tracker.model import Content

corpus, script = extraction_adapters.shared("corpus"), extraction_adapters.shared("mutations")


_ENGLISH = {
    "more": "Worth your evening:", "rel": "Around the corner", "nl": "Coffee with the desk",

    "nlt": "One letter before breakfast, written by two editors, with what will matter today. Leave when you like.",
    "ad": "A word from those who pay", "adc": "The report goes on after this picture", "most": "What others open",
    "com": "Voices", "ago": "Freshened {} min back", "cnt": "{} voices", "brk": "This minute",
    "cookie": "Small files help us to see who comes by. Tell us how many of them you can live with.",
    "pay": "{} more on the house until the first. Come aboard and open the rest.", "views": "{} pairs of eyes",
    "share": "{} passed it on", "corr": "We had a year wrong here. The agreement was signed in 2019, not in 2018.",
    "upd": "New in this version: it now carries what the ministry said.",
    "app": "The pocket edition rings when it matters.",
    "follow": "You meet us on every network, day and night.",
    "words": "said would could should about after before while again often never always later earlier",
}  # fmt: skip
_GERMAN = {
    "more": "Dazu passt:", "rel": "Gleich nebenan", "nl": "Morgenpost vom Schreibtisch",

    "nlt": "Ein Brief vor dem Frühstück, von zwei Leuten geschrieben, mit dem, was heute zählt. Abschied jederzeit.",
    "ad": "Wer uns bezahlt", "adc": "Hinter dem Bild erzählen wir weiter", "most": "Was andere öffnen",
    "com": "Stimmen", "ago": "Vor {} min aufgefrischt", "cnt": "{} Stimmen", "brk": "In dieser Minute",
    "cookie": "Kleine Dateien zeigen uns, wer vorbeikommt. Sagen Sie uns, mit wie vielen davon Sie leben können.",
    "pay": "Noch {} Geschichten aufs Haus bis zum Ersten. Steigen Sie ein und öffnen Sie den Rest.",
    "views": "{} Augenpaare",
    "share": "{} haben es weitergereicht",
    "corr": "Hier stand ein falsches Jahr. Das Abkommen stammt von 2019, nicht von 2018.",
    "upd": "Neu in dieser Fassung: was das Ministerium dazu sagt.",
    "app": "Die Taschenausgabe klingelt, wenn es zählt.",
    "follow": "Sie treffen uns in jedem Netz, bei Tag und Nacht.",
    "words": "später zuvor wieder niemals immer danach manchmal bereits allerdings jedoch offenbar künftig",
}  # fmt: skip
_SPANISH = {
    "more": "Para esta noche:", "rel": "A la vuelta", "nl": "Café con la mesa de redacción",

    "nlt": "Una carta antes del desayuno, escrita por dos editores, con lo que hoy importa. Te vas cuando quieras.",
    "ad": "Quien paga la casa", "adc": "El relato sigue tras la imagen", "most": "Lo que abren otros", "com": "Voces",
    "ago": "Refrescado hace {} min", "cnt": "{} voces", "brk": "En este minuto",
    "cookie": "Unos ficheros pequeños nos dicen quién pasa por aquí. Dinos con cuántos puedes vivir.",
    "pay": "Quedan {} historias por cuenta de la casa. Sube a bordo y abre el resto.", "views": "{} pares de ojos",
    "share": "{} lo pasaron", "corr": "Aquí había un año equivocado. El acuerdo es de 2019, no de 2018.",
    "upd": "Nuevo en esta versión: lo que dijo el ministerio.", "app": "La edición de bolsillo suena cuando importa.",
    "follow": "Nos encuentras en cada red, de día y de noche.", "words": _ENGLISH["words"],
}  # fmt: skip
_SWEDISH = {
    "more": "Till kvällen:", "rel": "Runt hörnet", "nl": "Kaffe med redaktionen",
    "nlt": "Ett brev före frukost, skrivet av två redaktörer, med det som räknas i dag. Gå när du vill.",
    "ad": "De som betalar", "adc": "Berättelsen går vidare efter bilden", "most": "Vad andra öppnar", "com": "Röster",
    "ago": "Uppfräschad för {} min sen", "cnt": "{} röster", "brk": "I denna minut",
    "cookie": "Små filer visar oss vem som kommer förbi. Säg hur många du kan leva med.",
    "pay": "Ännu {} berättelser på husets bekostnad. Kom ombord och öppna resten.", "views": "{} par ögon",
    "share": "{} skickade vidare", "corr": "Här stod fel år. Avtalet är från 2019, inte från 2018.",
    "upd": "Nytt i denna version: vad departementet sade.", "app": "Fickutgåvan ringer när det gäller.",
    "follow": "Du möter oss på varje nät, dag och natt.", "words": _ENGLISH["words"],
}  # fmt: skip
_TURKISH = {
    "more": "Bu akşam için:", "rel": "Köşe başında", "nl": "Masayla kahve",
    "nlt": "Kahvaltıdan önce iki editörden kısa bir mektup, bugün önemli olanlarla. İstediğin zaman ayrıl.",
    "ad": "Evi geçindirenler", "adc": "Anlatı resimden sonra sürüyor", "most": "Başkaları ne açıyor", "com": "Sesler",
    "ago": "{} dk evvel tazelendi", "cnt": "{} ses", "brk": "Bu dakikada",
    "cookie": "Küçük dosyalar kimin uğradığını gösterir. Kaçıyla yaşayabileceğini söyle.",
    "pay": "Bu ay {} öykü daha bizden. Gemiye atla, gerisini aç.", "views": "{} çift göz", "share": "{} kişi iletti",
    "corr": "Burada yıl yanlıştı. Anlaşma 2018 değil 2019 tarihli.", "upd": "Bu sürümde yeni: bakanlığın sözleri.",
    "app": "Cep baskısı gerektiğinde çalar.", "follow": "Bizi her ağda bulursun, gece gündüz.",
    "words": _ENGLISH["words"],
}  # fmt: skip
WORDINGS = {"en": _ENGLISH, "de": _GERMAN, "es": _SPANISH, "sv": _SWEDISH, "tr": _TURKISH}
KINDS = tuple(name for name in script.FURN if not name.startswith(("real", "txt", "nav", "nonces", "deploy")))


def obfuscated(rng: random.Random, names: list[str]) -> str:
    """A class name that says nothing, whatever the script asked for."""
    return "x" + "".join(rng.choice("bcdfghjklmnpqrstvwz") for _ in range(7))


def furnished(context: Any, page: dict[str, Any], kind: str, donors: Any, phase: int, sibling: int = 0) -> str | None:
    """The page with one kind of furniture; a sibling has other paragraphs and another address."""
    rng = random.Random(page["id"] + kind)
    tree, mapping = script.copy_tree(context)
    if sibling:
        other = random.Random(f"{page['id']}{kind}{sibling}")
        texts = script.pick(other, donors, "paras", page, len(context.paras))
        for (element, _), text in zip(context.paras, texts, strict=False):
            target = mapping[element]
            for child in list(target):
                target.remove(child)
            target.text = text
    try:
        return script.ser(tree) if script.FURN[kind][0](context, tree, mapping, rng, donors, phase) else None
    except (IndexError, ValueError):
        return None


def altered(old: Content, new: Content) -> bool:
    """True when the body's words differ."""
    gone, come = script.cdiff(old.text, new.text)
    return bool(gone or come)


def main() -> None:
    """Run and print one row per kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    script.L, script.cls = WORDINGS, obfuscated
    pages = list(corpus.news())
    donors = script.build_donors(pages)
    random.Random(1).shuffle(pages)
    tally: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for page in pages[: args.limit or None]:
        context = script.prep(page)
        if context is None:
            continue
        base = script.ser(context.tree)
        for kind in KINDS:
            rotates = script.FURN[kind][1]
            first = furnished(context, page, kind, donors, 0) if rotates else base
            second = furnished(context, page, kind, donors, 1)
            siblings = [furnished(context, page, kind, donors, 1 + k, sibling=k) for k in range(1, 6)]
            if first is None or second is None or None in siblings:
                continue
            profile: dict[str, Any] = {}
            for k, html in enumerate(siblings):
                profile = learn(profile, extract(html or "", page["url"], profile=profile), article=str(k))
            row = tally[kind]
            row["n"] += 1
            for name, known in (("alone", None), ("with profile", profile)):
                before = extract(first, page["url"], profile=known)
                after = extract(second, page["url"], previous=before, profile=known)
                if altered(before, after):
                    noise = diff(before, after).noise_rule is not None
                    row[name] += 1
                    row[name + " noise"] += noise
                    if args.verbose:
                        print("FALSE", name, kind, page["id"], "noise" if noise else "")
    total = sum(tally.values(), Counter())
    for kind, row in [*tally.items(), ("all", total)]:
        n = max(1, row["n"])
        cells = [
            f"{name} {100 * row[name] / n:5.1f} % (noise {100 * row[name + ' noise'] / n:4.1f})"
            for name in ("alone", "with profile")
        ]
        print(f"{kind:26s} n {row['n']:5d}  " + "   ".join(cells))


if __name__ == "__main__":
    main()
