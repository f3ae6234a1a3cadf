"""A folder of sixty pages, made from seeds: real French and English, and all that pages are made of."""

import io
import random
import zipfile

from tests.cms.factories import png

FRENCH = (
    "Le peson se change à froid, après avoir coupé l’air.",
    "On vérifie d’abord l’étanchéité du joint : une goutte suffit à fausser la mesure.",
    "L’atelier garde deux pièces d’avance « au cas où », près de l’établi.",
    "Qui change une pièce l’écrit le jour même, avec son relevé.",
    "À la fin de la semaine, l’équipe relit ce qui a été noté.",
)
ENGLISH = (
    "Read the whole page before you begin; it takes five minutes.",
    "A loop is closed when the customer says that it is.",
    "We write down what we decided, who holds it and when we look again.",
    "Nobody is measured here: figures belong to the team.",
    "Ask before you cut the air, for someone may be working downstream.",
)
TITLES = (
    "Changer un peson",
    "Relever la ligne",
    "Closing a loop",
    "Tenir une réunion",
    "Reading a gauge",
    "Préparer l’hiver",
)


def a_folder(seed: int = 7, pages: int = 60) -> dict[str, bytes]:
    """Files by their path, as an export of ours writes them: the same for the same seed."""
    chance = random.Random(seed)
    paths = [f"chapitre-{number // 6 + 1}/page-{number + 1}.md" for number in range(pages)]
    files = {f"pictures/image-{number}.png": png(comment=f"image {number}") for number in range(12)}
    files["files/fiche.pdf"] = b"%PDF-1.4 fiche"
    chapters = {path.partition("/")[0] for path in paths}
    for chapter in sorted(chapters):
        number = int(chapter.rpartition("-")[2])
        files[f"{chapter}.md"] = _file(f"Chapitre {number}", "", number, ["Ce que ce chapitre rassemble."])
    for number, path in enumerate(paths):
        title = f"{chance.choice(TITLES)} ({number + 1})"
        files[path] = _file(title, chance.choice(FRENCH + ENGLISH), number % 6 + 1, _blocks(chance, paths))
    return files


def _file(title: str, intro: str, order: int, blocks: list[str]) -> bytes:
    told = [f'title: "{title}"', *([f'intro: "{intro}"'] if intro else []), f"order: {order}"]
    return ("---\n" + "\n".join(told) + "\n---\n\n" + "\n\n".join(blocks) + "\n").encode()


def _blocks(chance: random.Random, paths: list[str]) -> list[str]:
    said = chance.choice([FRENCH, ENGLISH])
    link = chance.choice(paths)
    return [
        "## " + chance.choice(said).partition(",")[0].rstrip(".;:"),
        f"{chance.choice(said)} **{chance.choice(said)}** _{chance.choice(said)}_ `peson --{chance.randint(1, 9)}`",
        f"Voir [la page voisine](../{link}) et [le site](https://example.org/?a=1&b={chance.randint(1, 9)}).",
        f"- {chance.choice(said)}\n  - {chance.choice(said)}\n    1. {chance.choice(said)}\n    2. un\\\n       deux\n- trois",
        f"> {chance.choice(said)}",
        f"> [!{chance.choice(['NOTE', 'TIP', 'WARNING', 'CAUTION'])}] À savoir\n>\n> {chance.choice(said)}\n>\n> - un\n> - deux",
        f"| Pièce | Nombre |\n| --- | ---: |\n| joint \\| vis | {chance.randint(1, 90)} |\n| **écrou** | {chance.randint(1, 9)}.5 |\n\nTable: Pièces",
        f"```sh\nls --all\n# {chance.choice(said)}\n```",
        f'![Le peson](../pictures/image-{chance.randint(0, 11)}.png "{chance.choice(said)}")',
        f"> {chance.choice(said)}\n>\n> — Ana, cliente",
        "---",
        '[Fiche](../files/fiche.pdf "à lire")',
        "### " + "L’essentiel",
        chance.choice(said),
    ]


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return held.getvalue()
