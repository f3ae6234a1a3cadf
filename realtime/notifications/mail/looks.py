"""How a letter looks: programs that read mail know no style sheet, so each element carries its own."""

import re

LOOKS = {
    "page": "margin:0;padding:24px 12px;background:#f4f2ea",
    "sheet": "max-width:600px;margin:0 auto;padding:24px;background:#fbfaf6;border:1px solid #dedcd2;border-radius:8px;"
    "color:#1a1f1c;font:16px/1.5 'Source Sans 3',Helvetica,Arial,sans-serif",
    "mark": "margin:0 0 20px;color:#1f5f4b;font:600 20px/1.2 Georgia,serif",
    "lede": "margin:0 0 20px",
    "group": "margin:0 0 20px;padding:16px 0 0;border-top:1px solid #dedcd2",
    "title": "margin:0;font-size:17px;line-height:1.35",
    "place": "margin:0 0 8px;color:#5a625c;font-size:14px",
    "line": "margin:0 0 10px",
    "words": "color:#3d443f",
    "link": "color:#1f5f4b",
    "heading": "margin:24px 0 8px;font:600 18px/1.3 Georgia,serif",
    "foot": "margin:24px 0 0;padding:16px 0 0;border-top:1px solid #dedcd2;color:#5a625c;font-size:13px",
}
ATTRIBUTE = re.compile(r'data-look="(\w+)"')


def dressed(html: str) -> str:
    """The same HTML, each `data-look="name"` become the style of that name. Raises KeyError for an unknown one."""
    return ATTRIBUTE.sub(lambda found: f'style="{LOOKS[found[1]]}"', html)
