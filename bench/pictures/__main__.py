"""How many phone numbers are read exactly from screenshots: `python -m bench.pictures [SCREENS]`.

The same drawn screenshots go through `core.pictures.examine` and through plain `pytesseract.image_to_string` in its
default setting, with the same three languages. What either of them gives is read by `core.identifiers`, and the set of
phone numbers compared with what was drawn: a missed one lowers `read`, one that is nowhere in the picture counts as
`invented`.
"""

import io
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytesseract
from PIL import Image

from core.identifiers import read
from core.pictures import examine
from tests.pictures.screens import DARK, LIGHT, Screen, corpus, jpeg, png, smaller

RENDERINGS: dict[str, Callable[[Screen], bytes]] = {
    "light": lambda screen: png(screen.draw(LIGHT)),
    "dark": lambda screen: png(screen.draw(DARK)),
    "60 %": lambda screen: png(smaller(screen.draw(LIGHT))),
    "JPEG-25": lambda screen: jpeg(screen.draw(LIGHT), 25),
    "33 %, dark, JPEG-25": lambda screen: jpeg(smaller(screen.draw(DARK), 0.33), 25),
    "200 %": lambda screen: png(smaller(screen.draw(LIGHT), 2.0)),
}
READERS: dict[str, Callable[[bytes], str]] = {
    "core.pictures": lambda data: examine(data).text,
    "pytesseract": lambda data: pytesseract.image_to_string(Image.open(io.BytesIO(data)), lang="rus+kaz+eng"),
}


@dataclass
class Score:
    drawn: int = 0
    read: int = 0
    invented: int = 0
    seconds: float = 0.0

    def add(self, screen: Screen, data: bytes, reader: Callable[[bytes], str]) -> None:
        began = time.perf_counter()
        text = reader(data)
        self.seconds += time.perf_counter() - began
        found = {one.value for one in read(text).identifiers if one.kind == "phone"}
        self.drawn += len(screen.phones)
        self.read += len(found & screen.phones)
        self.invented += len(found - screen.phones)


def main() -> None:
    screens = list(corpus(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
    print(f"{len(screens)} screenshots\n")
    print(f"{'rendering':<22}{'reader':<15}{'read exactly':>18}{'invented':>10}{'s a picture':>13}")
    for rendering, render in RENDERINGS.items():
        for name, reader in READERS.items():
            score = Score()
            for screen in screens:
                score.add(screen, render(screen), reader)
            share = f"{score.read}/{score.drawn} {score.read / score.drawn:.1%}"
            print(f"{rendering:<22}{name:<15}{share:>18}{score.invented:>10}{score.seconds / len(screens):>13.2f}")


if __name__ == "__main__":
    main()
