"""Furniture as pages carry it, in many wordings: (name, language, HTML that stands in or after the story)."""

IN_STORY = [
    ("related line", "en", '<p>Read more: <a href="/a">Harbour dues to rise in spring</a></p>'),
    ("related line", "de", '<p>Lesen Sie auch: <a href="/a">Hafengebühren steigen im Frühjahr</a></p>'),
    ("related line", "unknown words", '<p>Worth an hour: <a href="/a">Harbour dues to rise in spring</a></p>'),
    ("bare link", "any", '<p><strong><a href="/a">Harbour dues to rise again in the spring</a></strong></p>'),
    (
        "related box",
        "any",
        '<div class="zzq"><h3>Elsewhere</h3><ul><li><a href="/a">Harbour dues to rise in spring</a></li>'
        '<li><a href="/b">New crane for the eastern quay arrives</a></li></ul></div>',
    ),
    (
        "newsletter form",
        "any",
        '<div class="qqz"><h3>Tide table</h3><p>One letter a week, with all that the sea brings to our coast.</p>'
        '<form action="/n"><input type="email"></form></div>',
    ),
    ("advertisement label", "en", "<div class='xx'><span>Advertisement</span></div>"),
    ("advertisement label", "fr", "<div class='xx'><span>Publicité</span></div>"),
    ("advertisement line", "nl", "<p>Tekst gaat verder onder de advertentie</p>"),
    ("share bar", "es", "<div class='share'><span>Compartir</span> <span>Comentarios</span></div>"),
    ("follow line", "it", "<p><em>Seguici su Facebook e Instagram per le ultime notizie.</em></p>"),
    ("app line", "pt", "<p><em>Baixe o nosso aplicativo para receber as notícias.</em></p>"),
    ("subscription", "sv", "<div class='yy'><p>Prenumerera nu och få tillgång till alla våra artiklar.</p></div>"),
    ("newsletter line", "pl", "<div class='yy'><p>Zapisz się na nasz newsletter i czytaj co rano.</p></div>"),
    ("related line", "ja", '<p>関連記事：<a href="/a">港の料金が春から上がる</a></p>'),
    ("related line", "ru", "<p>Читайте также: новости порта за неделю</p>"),
    ("related line", "tr", "<p>İlgili haber: Limanda yeni dönem başlıyor</p>"),
    (
        "teaser card",
        "any",
        '<div class="kk"><h3><a href="/t">A storm closes the northern passage</a></h3>'
        "<p>Ships wait off the cape for the third day.</p></div>",
    ),
    ("hidden line", "any", '<p style="display: none">Only for robots to read and nobody else at all.</p>'),
]

BEFORE_STORY = [
    ("clock", "en", "<p>Updated 12 minutes ago</p>"),
    ("clock", "de", '<div class="zeit"><time>Aktualisiert vor 12 Minuten</time></div>'),
    ("counters", "en", "<div class='m'><span>12 comments</span> <span>480 shares</span></div>"),
    ("counter", "unknown words", "<div class='m'><span>12 voices</span></div>"),
]
