"""What the repository promises about itself: settings, papers, texts, and nothing of where it was written."""

import hashlib
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
PAPERS = ("README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CONTRIBUTING.md")
MADE_LATER = ("var/", ".venv", ".tools", ".env", "partners.toml")  # by running, or by those who run it
SUFFIXES = r"md|py|toml|lock|yaml|yml|jsonl|json|po|js|css|html|svg|png|example"
# absolute paths of one machine, and papers that are not in the repository
FOREIGN = re.compile(r"(?<![\w.])/(?:work|root)/|\bshared/\w+\.(?:md|yaml)|\bhelper\ssession")
PLURALS = {"ru": 3, "kk": 2}
TERMS = """
    report check verdict level_none level_reported level_flagged level_confirmed level_under_review official_number
    short_code spoofing case criminal_register officer desk partner mobile_operator broadcast_operator broadcast
    appeal watch withdraw grace_period evidence screenshot story loss victim trusted_person sos statement
    block_request delivered taken suspended blocked monitored not_ours not_confirmed false_positive money_stopped
    money_returned transfer card account iban wallet payment_details receipt prepayment loan link listing platform
    seller buyer code password code_word app session two_step scheme scam scammer call safe_account phishing dropper
    pyramid deepfake parcel remote_access factory_reset account_takeover recovery_scam antifraud_centre sign consent
    retention personal_data forget subscribe quiet_hours test_message approve schedule pause resume cancel
""".split()


def tracked() -> list[Path]:
    """The files under version control; skips in an unpacked archive."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip(f"not a git checkout: {listed.stderr.strip()}")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


# settings


def documented() -> dict[str, tuple[str, str]]:
    """Name of a setting to its value in .env.example and the comment above; neighbouring lines share one."""
    found, comment = {}, ""
    for line in (ROOT / ".env.example").read_text().splitlines():
        if line.startswith("#"):
            comment = line
        elif not line:
            comment = ""
        else:
            name, value = line.split("=", 1)
            found[name] = value, comment
    return found


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    settings = pytest.importorskip("bot.settings")
    names = {f"SAQBOL_{field.upper()}" for field in settings.Settings.model_fields}
    assert set(documented()) == names
    assert all(comment for _, comment in documented().values())


def test_documented_defaults_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = pytest.importorskip("bot.settings")
    for name in documented():
        monkeypatch.delenv(name, raising=False)
    assert settings.Settings(_env_file=ROOT / ".env.example") == settings.Settings(_env_file=None)


# papers


def named_paths(text: str) -> Iterator[str]:
    """Files and folders that a page names: targets of its links, and what looks like a path between backticks."""
    for target in re.findall(r"\]\(([^)\s#]+)", text):
        if not re.match(r"[a-z]+:", target):
            yield target
    folders = "|".join(re.escape(path.name) for path in ROOT.iterdir() if path.is_dir())
    inline = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for name in re.findall(r"`([^`\n]+)`", inline):
        if re.fullmatch(rf"(?:{folders})/[\w./*-]*|(?:[\w.*-]+/)*[\w.*-]+\.(?:{SUFFIXES})", name):
            yield name


@pytest.mark.parametrize("paper", PAPERS)
def test_paper_names_only_files_that_exist(paper: str) -> None:
    text = (ROOT / paper).read_text()
    assert len(text) > 500, f"{paper} says next to nothing"
    names = {path.name for path in tracked()}
    missing = [
        name
        for name in named_paths(text)
        if not name.startswith(MADE_LATER) and name not in names and not list(ROOT.glob(name.removeprefix("./")))
    ]
    assert not missing


def test_glossary_has_every_term_in_three_languages() -> None:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in (ROOT / "GLOSSARY.md").read_text().splitlines()
        if line.startswith("| `")
    ]
    terms = Counter(row[0].strip("`") for row in rows)
    assert not set(TERMS) - set(terms)
    assert not [term for term, times in terms.items() if times > 1]
    assert not [row[0] for row in rows if len(row) < 4 or not all(row[1:4])]


def test_licence_is_apache_2_unchanged() -> None:
    found = hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest()
    assert found == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


def test_no_file_names_the_machine_it_was_written_on() -> None:
    found = []
    for path in tracked():
        if b"\0" not in (content := path.read_bytes()):
            lines = enumerate(content.decode().splitlines(), 1)
            found += [f"{path.relative_to(ROOT)}:{number}" for number, line in lines if FOREIGN.search(line)]
    assert not found


def test_locked_packages_come_from_pypi() -> None:
    sources = set(re.findall(r'registry = "([^"]+)"', (ROOT / "uv.lock").read_text()))
    assert sources == {"https://pypi.org/simple"}


# texts

Msgid = str | tuple[str, ...]


def extracted() -> set[Msgid]:
    """The msgids in the code: of t("…"), and the pairs of tn("…", "…", count)."""
    keywords = {"t": None, "tn": (1, 2)}
    methods = [("**.py", "python")]
    return {
        message
        for folder in ("handlers", "bot", "partners", "sandbox")
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, methods, keywords=keywords)
    }


def catalogue(language: str) -> Catalog:
    with (ROOT / "locales" / language / "LC_MESSAGES" / "saqbol.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def tags(text: str) -> list[tuple[str, str]]:
    """Opening and closing tags in order: ("", "b"), ("/", "b")."""
    return re.findall(r"<(/?)([a-z][a-z-]*)[^<>]*>", text)


def balanced(text: str) -> bool:
    open_tags: list[str] = []
    for slash, name in tags(text):
        if not slash:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return False
    return not open_tags and "<" not in re.sub(r"</?[a-z][^<>]*>", "", text)


def faults(message: Message, language: str) -> Iterator[str]:
    """What is wrong with one translation. The model is the msgid, of two the plural one."""
    model, found = forms(message.id)[-1], forms(message.string)
    if message.fuzzy:
        yield "fuzzy"
    if len(found) != (PLURALS[language] if message.pluralizable else 1):
        yield "plural forms"
    for text in found:
        if not text.strip():
            yield "not translated"
        elif placeholders(text) != placeholders(model):
            yield f"placeholders of {text!r}"
        elif not balanced(text) or Counter(tags(text)) != Counter(tags(model)):
            yield f"tags of {text!r}"


def test_texts_are_found_in_the_code() -> None:
    found = extracted()
    assert len(found) > 50
    assert any(isinstance(msgid, tuple) for msgid in found)


@pytest.mark.parametrize("language", sorted(PLURALS))
def test_language_has_every_text_and_no_other(language: str) -> None:
    there = {message.id for message in catalogue(language) if message.id}
    assert there == extracted()


@pytest.mark.parametrize("language", sorted(PLURALS))
def test_translations_keep_placeholders_tags_and_plural_forms(language: str) -> None:
    messages = catalogue(language)
    assert messages.num_plurals == PLURALS[language]
    assert not {message.id: wrong for message in messages if message.id and (wrong := list(faults(message, language)))}


@pytest.mark.parametrize(
    ("msgid", "translation", "wrong"),
    [
        ("Saved: <b>{number}</b>", "Сохранено: <b>{number}</b>", ""),
        ("Saved: <b>{number}</b>", "", "not translated"),
        ("Saved: <b>{number}</b>", "Сохранено: <b>{nomer}</b>", "placeholders"),
        ("Saved: <b>{number}</b>", "Сохранено: <b>{number}<b>", "tags"),
        ("Saved: <b>{number}</b>", "Сохранено: {number}", "tags"),
        ("Saved: <b>{number}</b>", "</b>{number}<b>", "tags"),
        (("{count} day", "{count} days"), ("{count} день", "{count} дня", "{count} дней"), ""),
        (("{count} day", "{count} days"), ("{count} день", "дня", "{count} дней"), "placeholders"),
        (("{count} day", "{count} days"), ("{count} день", "{count} дня"), "plural forms"),
    ],
)
def test_a_faulty_translation_is_noticed(msgid: Msgid, translation: Msgid, wrong: str) -> None:
    found = list(faults(Message(msgid, translation), "ru"))
    assert [fault.startswith(wrong) for fault in found] == ([True] if wrong else [])
