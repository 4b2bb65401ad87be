"""What must hold for any spelling and any text."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.identify import fuzz
from bench.identify.corpus import messages
from core.identifiers import Kind, from_contact, read
from core.identifiers.redaction import spans

PREFIXES = ("700", "701", "702", "705", "706", "707", "708", "747", "771", "775", "776", "777", "778")
UNITS = ("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
KAZAKH = ("нөл", "бір", "екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз", "тоғыз")
SCRIPTS = tuple(
    str.maketrans("0123456789", digits) for digits in ("0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
)

numbers = st.builds(lambda prefix, rest: f"{prefix}{rest:07d}", st.sampled_from(PREFIXES), st.integers(0, 9_999_999))
gaps = st.sampled_from(("", " ", "-", ".", " - ", "\u00a0", "\u2011", "\u200b", " \u2013 "))


def phones(text: str) -> list[str]:
    return [each.value for each in read(text).identifiers if each.kind is Kind.phone]


@given(
    numbers, st.sampled_from(("8", "+7", "7", "8 ", "+7 ", "8-")), gaps, gaps, st.sampled_from(SCRIPTS), st.booleans()
)
def test_any_spelling_of_a_number_gives_the_same_value(
    number: str, trunk: str, gap: str, other: str, script: dict[int, str], bracket: bool
) -> None:
    code = f"({number[:3]})" if bracket else number[:3]
    spelled = f"{trunk}{code}{gap}{number[3:6]}{other}{number[6:8]}{other}{number[8:]}".translate(script)
    assert phones(f"звонили с {spelled} вчера") == [f"+7{number}"]


@given(numbers, st.sampled_from((UNITS, KAZAKH)))
def test_digit_by_digit_in_words(number: str, words: tuple[str, ...]) -> None:
    assert phones(" ".join(words[int(digit)] for digit in f"8{number}")) == [f"+7{number}"]


@given(numbers, st.data())
def test_letters_instead_of_digits(number: str, data: st.DataObject) -> None:
    alike = {"0": "OО", "1": "Il", "3": "З", "6": "Б", "8": "В"}
    tail = list(number[3:])
    places = [place for place, digit in enumerate(tail[:-1]) if digit in alike]
    for place in data.draw(st.sets(st.sampled_from(places), max_size=2)) if places else ():
        tail[place] = data.draw(st.sampled_from(alike[tail[place]]))
    assert phones(f"номер 8{number[:3]}{''.join(tail)}") == [f"+7{number}"]


@given(numbers)
def test_links_and_contacts_give_the_same_value(number: str) -> None:
    for link in (
        "wa.me/7{}",
        "https://api.whatsapp.com/send?phone=7{}&text=a",
        "t.me/+7{}",
        "tel:+7{}",
        "viber://chat?number=%2B7{}",
    ):
        assert phones(link.format(number)) == [f"+7{number}"]
    for shared in (f"+7{number}", f"7{number}", f"8{number}", f"+7 {number[:3]} {number[3:]}"):
        contact = from_contact(shared)
        assert contact is not None
        assert contact.value == f"+7{number}"


def test_what_is_shown_reads_as_the_same_thing() -> None:
    """All but cards: theirs is masked, and reads as nothing at all."""
    for message in messages():
        for each in read(message.text).identifiers:
            again = [(other.kind, other.value) for other in read(each.display).identifiers]
            assert again == ([] if each.kind is Kind.card else [(each.kind, each.value)]), each.display


def test_the_kept_text_holds_no_secret_when_read_again() -> None:
    for message in messages():
        kept = read(read(message.text).text)
        assert kept.redacted == (), message.text
        assert not any(each.kind is Kind.card for each in kept.identifiers), message.text


@settings(max_examples=300)
@given(st.text())
def test_no_text_raises(text: str) -> None:
    reading = read(text)
    assert all(text[each.start : each.end] or each.start == each.end for each in reading.identifiers)


def test_mangled_messages_do_not_raise() -> None:
    fuzz.fuzz(2_000, seed=random.Random(3).randrange(10**6))


def test_places_point_into_the_given_text() -> None:
    text = "Звонили с 8\u200b 701 123\u200b 45 67 и @scam_kz"
    phone, account = read(text).identifiers
    assert text[phone.start : phone.end] == "8\u200b 701 123\u200b 45 67"
    assert text[account.start : account.end] == "@scam_kz"


@given(numbers, st.sampled_from(("", "Звонили с ", "(", "тел ")), st.sampled_from(("+7", "+ 7", "плюс 7 ")))
def test_a_phone_begins_with_its_plus(number: str, left: str, trunk: str) -> None:
    (phone,) = read(f"{left}{trunk}{number}").identifiers
    assert (phone.start, phone.end) == (len(left), len(f"{left}{trunk}{number}"))


twelve = st.one_of(
    st.integers(0, 10**12 - 1).map("{:012d}".format),
    st.sampled_from(("900101300582", "123456789012", "130840000000", "850712401359", "900101 300582")),
)
words = st.sampled_from(("ИИН", "иин:", "ЖСН", "БИН", "ТОО", "мой", "[", "«", "№", ",", ". ", "\n", "[iin]", "[card]"))


@settings(max_examples=500)
@given(st.lists(st.one_of(words, twelve), min_size=1, max_size=7), st.sampled_from((" ", "")))
def test_a_mark_does_not_make_the_next_number_a_citizens(pieces: list[str], gap: str) -> None:
    kept = read(gap.join(pieces)).text
    again = read(kept)
    assert again.redacted == ()
    assert again.text == kept


@given(twelve)
def test_a_number_after_a_mark_is_read_as_if_the_mark_were_not_there(number: str) -> None:
    assert read(f"[iin] {number}").redacted == read(f"; {number}").redacted


def test_spans_name_what_reading_redacts() -> None:
    for message in messages():
        found = spans(message.text)
        assert found == sorted(found)
        assert tuple(dict.fromkeys(name for _, _, name in found)) == read(message.text).redacted
        assert all(0 <= start < end <= len(message.text) for start, end, _ in found), message.text


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(("5169499935181909", "4400 4352 6018 1595", "482193", "1234", "ИИН", "карта", ",")), max_size=8
    )
)
def test_no_full_card_stays_in_the_kept_text(pieces: list[str]) -> None:
    kept = read(" ".join(pieces)).text
    assert "5169499935181909" not in kept
    assert read(kept).redacted == ()
