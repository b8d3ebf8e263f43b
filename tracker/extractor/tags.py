"""HTML elements by what they mean for the reading."""

# fmt: off
INVISIBLE = frozenset((
    "audio", "button", "canvas", "datalist", "dialog", "embed", "head", "iframe", "input", "link", "map",
    "math", "meta", "noscript", "object", "option", "progress", "rp", "rt", "script", "select", "source", "style",
    "svg", "template", "textarea", "track", "video",
))
METADATA = frozenset(("base", "link", "meta", "noscript", "script", "style", "template", "title"))
CONTROLS = frozenset(("input", "textarea", "select", "form"))
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "label", "legend", "li", "main", "menu", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))
EMPHASIS = frozenset(("b", "strong", "em", "i"))
HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
TITLES = HEADINGS | {"h1"}
LEAVES = frozenset((
    "p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "td", "th", "tr", "dd", "dt",
))
CELLS = frozenset(("td", "th"))
LISTS = frozenset(("ul", "ol", "table", "tbody", "dl"))
PROSE = frozenset((
    "p", "ul", "ol", "li", "blockquote", "table", "tbody", "tr", "td", "th", "dl", "dt", "dd", "pre", *HEADINGS,
))
# fmt: on
