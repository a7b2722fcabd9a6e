"""A picture as SVG: one text, no script, no font or image from elsewhere.

Lives here: `svg_of`, colours, shapes. Everything that comes from a program is escaped, and no text is wider than its
card. Not here: what is drawn (picture.py), where (layout.py).
"""

from __future__ import annotations

from html import escape

from .layout import arrange
from .picture import Card, Chip, Picture

WIDTH, MARGIN, HEAD, FOOT = 404.0, 36.0, 104.0, 74.0
LETTER = 7.0  # of the monospaced titles, 11.6 px
MOST_CHIPS = 6

# place or kind: (fill, edge, ink), told apart in print and by the colour-blind by lightness, too
COLOURS = {
    "table": ("#fff4dc", "#e0a320", "#7a5200"),
    "owner": ("#fff4dc", "#e0a320", "#7a5200"),
    "param": ("#f2f3f5", "#9aa1ab", "#4b5563"),
    "public": ("#f2f3f5", "#9aa1ab", "#4b5563"),
    "shares": ("#ffffff", "#2a62c9", "#1e3a78"),
    "bits": ("#dbe8ff", "#2a62c9", "#1e3a78"),
    "ring": ("#e9dcff", "#7a3fd0", "#4a1f8a"),
    "disclosed": ("#dcf5e7", "#178a55", "#0b5233"),
}
LEGEND = (
    ("owner", "its owner sees it in the clear"),
    ("bits", "nobody sees it: shares of bits"),
    ("ring", "nobody sees it: shares of numbers"),
    ("public", "everybody knows it"),
    ("disclosed", "disclosed to the recipients named"),
)


def svg_of(picture: Picture) -> str:
    """The whole drawing."""
    sizes = {card.key: (WIDTH, _height(card)) for card in picture.cards}
    found = arrange(sizes, picture.flows)
    width = max(found.width, 780.0) + 2 * MARGIN
    height = HEAD + found.height + FOOT + MARGIN
    shift = MARGIN + max(0.0, (780.0 - found.width) / 2)
    places = {card.key: card.place for card in picture.cards}
    most = max((card.size_bytes for card in picture.cards), default=0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" font-family="Inter, Segoe UI, Helvetica, Arial, sans-serif">',
        f"<title>{escape(picture.title)}</title>",
        '<rect width="100%" height="100%" fill="#fbfbfd"/>',
        *_head(picture, width),
        f'<g transform="translate({shift:.1f} {HEAD:.1f})">',
    ]
    for flow, points in found.paths.items():
        parts.append(_flow(points, COLOURS[places[flow[0]]][1]))
    for card in picture.cards:
        parts += _card(card, *found.corners[card.key], most)
    parts += ["</g>", *_legend(width, height), "</svg>"]
    return "\n".join(parts) + "\n"


def _height(card: Card) -> float:
    return 84.0 if card.chips else 58.0


def _head(picture: Picture, width: float) -> list[str]:
    rows = ", ".join(f"{count:,} {name}" for name, count in picture.rows) or "no table"
    cost = f"{picture.rounds:,} rounds · {amount(picture.size_bytes)}"
    return [
        _text(MARGIN, 40, picture.title, 21, "#111827", weight=650),
        _text(MARGIN, 62, _cut(picture.subtitle, int((width - 2 * MARGIN) / 6.6)), 13, "#4b5563"),
        _text(MARGIN, 84, f"Rows: {rows}", 12, "#4b5563"),
        _text(width - MARGIN, 40, cost, 15, "#1e3a78", weight=650, anchor="end"),
    ]


def _card(card: Card, x: float, y: float, most: int) -> list[str]:
    fill, edge, ink = COLOURS[card.place]
    height = _height(card)
    out = [
        f'<g transform="translate({x:.1f} {y:.1f})"><title>{escape(card.title)}: {escape(card.detail)}</title>',
        f'<rect width="{WIDTH:.0f}" height="{height:.0f}" rx="7" fill="{fill}" stroke="{edge}" stroke-width="1.2"/>',
        f'<rect x="4" y="7" width="4" height="{height - 14:.0f}" rx="2" fill="{edge}"/>',
    ]
    room = WIDTH - 28
    if card.line:
        out.append(_text(WIDTH - 12, 21, str(card.line), 10.5, "#9aa1ab", anchor="end"))
        room -= 26
    mono = card.place in ("shares", "owner", "public")
    title = _cut(card.title, int(room / LETTER))
    out.append(_text(16, 22, title, 11.6 if mono else 13.5, "#111827", mono=mono, weight=500 if mono else 650))
    notes = [f"{card.length:,} values"] if card.length > 1 else []
    if card.size_bytes and not card.chips:
        notes.append(f"⇄ {amount(card.size_bytes)}")
    out.append(_text(16, 42, _cut(card.detail, int((WIDTH - 40) / 6.1) - len(" · ".join(notes))), 11, ink))
    if notes:
        out.append(_text(WIDTH - 12, 42, " · ".join(notes), 11, "#4b5563", anchor="end"))
    if card.chips:
        out += _chips(card.chips, card.size_bytes > 0)
    if card.size_bytes and card.chips:
        out.append(_text(WIDTH - 12, 69, f"⇄ {cost_of(card)}", 11, "#b42318", anchor="end", weight=650))
        share = max(2.0, (WIDTH - 14) * card.size_bytes / most)
        out.append(f'<rect x="7" y="{height - 4:.0f}" width="{share:.1f}" height="3" fill="#b42318" opacity="0.75"/>')
    out.append("</g>")
    return out


def _chips(chips: tuple[Chip, ...], costs: bool) -> list[str]:
    """What is computed: operations, coloured by kind; as many as there is room for."""
    out, x, room = [], 16.0, WIDTH - (172 if costs else 28)
    for place, chip in enumerate(chips):
        words = chip.op + (f" ×{chip.count}" if chip.count > 1 else "")
        width = 5.9 * len(words) + 13
        if place == MOST_CHIPS or x + width > room:
            out.append(_text(x, 69, f"+{len(chips) - place}", 10.5, "#6b7280"))
            break
        fill, edge, ink = COLOURS[chip.kind]
        out.append(
            f'<rect x="{x:.1f}" y="56" width="{width:.1f}" height="18" rx="9" fill="{fill}" stroke="{edge}" '
            f'stroke-width="0.8"/>'
        )
        out.append(_text(x + width / 2, 69, words, 10.5, ink, anchor="middle"))
        x += width + 5
    return out


def _flow(points: tuple[tuple[float, float], ...], colour: str) -> str:
    """Curves from layer to layer, straight where a layer is passed; an arrow at the end."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        if x0 == x1:
            path += f" L{x1:.1f} {y1:.1f}"
        else:
            half = (y0 + y1) / 2
            path += f" C{x0:.1f} {half:.1f} {x1:.1f} {half:.1f} {x1:.1f} {y1:.1f}"
    x, y = points[-1]
    arrow = f"M{x - 4:.1f} {y - 7:.1f} L{x:.1f} {y - 0.5:.1f} L{x + 4:.1f} {y - 7:.1f}"
    style = f'fill="none" stroke="{colour}" stroke-width="1.6" stroke-linecap="round"'
    return f'<path d="{path}" {style} opacity="0.6"/><path d="{arrow}" {style}/>'


def _legend(width: float, height: float) -> list[str]:
    out, x, y = [], MARGIN, height - 52
    for kind, words in LEGEND:
        fill, edge, _ = COLOURS[kind]
        out.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="13" height="13" rx="3" fill="{fill}" stroke="{edge}"/>')
        out.append(_text(x + 19, y + 11, words, 11, "#4b5563"))
        x += 19 + 5.7 * len(words) + 18
        if x > width - 220:
            x, y = MARGIN, y + 20
    out.append(_text(x, y + 11, "⇄ parties talk: rounds that delay the result, bytes of all", 11, "#b42318"))
    return out


def _text(
    x: float,
    y: float,
    words: str,
    size: float,
    ink: str,
    *,
    weight: int = 400,
    anchor: str = "start",
    mono: bool = False,
) -> str:
    face = ' font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"' if mono else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{ink}" font-weight="{weight}" '
        f'text-anchor="{anchor}"{face} xml:space="preserve">{escape(words)}</text>'
    )


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def cost_of(card: Card) -> str:
    """Rounds, where they delay the result, and bytes; empty for what sends nothing."""
    rounds = f"{card.rounds:,} round{'s' * (card.rounds > 1)} · " if card.rounds else ""
    return f"{rounds}{amount(card.size_bytes)}" if card.size_bytes else ""


def amount(size_bytes: int) -> str:
    """Bytes for a person, three digits."""
    value, unit = float(size_bytes), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.3g} {unit}"
