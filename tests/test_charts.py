"""Charts: every letter has a picture, whatever there is to show."""

import warnings
from io import BytesIO

import pytest

from core.charts import Bars, Chart, drawn, missing
from core.reference import schemes

pytestmark = pytest.mark.skipif(bool(missing()), reason="the extra charts is not installed")


def chart(language: str, many: int, longer: int = 1) -> Chart:
    labels = [one.short[language] * longer for one in schemes()][:many]
    return Chart(
        "Шолу, 25.11.2026 ӘәІіҢңҒғҮүҰұҚқӨөҺһ", ("18.11–24.11", "11.11–17.11"), "Алаяқтық түрлері" * longer, labels,
        [7 * place for place in range(many)], [3] * many, "Күніне түскен хабарлама", ["18.11"] * 7, [5] * 7 * longer,
        [0] * 6, "Хабарлама түскен жоқ",
    )  # fmt: skip


@pytest.mark.parametrize(("many", "longer"), [(0, 1), (1, 1), (8, 40), (22, 1)])
def test_any_number_of_labels_of_any_length(many: int, longer: int) -> None:
    from PIL import Image

    from core.charts import draw

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a letter that the font lacks
        pictures = [draw(chart(language, many, longer)) for language in ("ru", "kk")]
    for picture in pictures:
        image = Image.open(BytesIO(picture)).convert("L")
        width, height = image.size
        assert width == 1080 and height / width < 5  # what Telegram takes as a picture: at most 1 to 20
        assert image.crop((width - 20, 0, width, height)).getextrema()[0] > 200  # no ink over the edge


async def test_a_chart_that_cannot_be_drawn_is_none() -> None:
    assert await drawn(chart("kk", 3)) is not None
    assert await drawn(Bars(["жеткізілді", "бұғатталған"], [94_999, 5_000])) is not None
    assert await drawn(Bars(["доставлено"], [0])) is not None
    assert await drawn(Chart(*(["?"] * 11))) is None  # type: ignore[arg-type]
