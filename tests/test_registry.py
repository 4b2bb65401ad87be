"""The partners' file: what is refused, with the line and the reason; and the example that is shipped."""

import re
from pathlib import Path

import pytest

from core.routing import Connected, PartnerKind
from partners.registry import BadRegistry, Live, load

ROOT = Path(__file__).parents[1]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ENV = {"ONE": SECRET, "TWO": f"{SECRET} {SECRET}", "SHORT": "whsec_abc", "KEY": "k" * 40}
GOOD = """
[[partner]]
id = "kaspi"
name = "Kaspi Bank"
kind = "bank"
endpoint = "https://kaspi.example/hooks"
secret_env = "ONE"
api_key_env = "KEY"
routes = { bank_codes = ["722"], bins = ["440043"] }
"""


def without(key: str) -> str:
    return "\n".join(line for line in GOOD.splitlines() if not line.startswith(key))


def instead(key: str, line: str) -> str:
    return f"{without(key)}\n{line}\n"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("[[partner]\n", 1, "Expected"),
        (GOOD.replace('"kaspi"', "kaspi"), 3, "Invalid value"),
        (f"[partners]\n{GOOD}", 0, "unknown table partners"),
        (GOOD.replace("[[partner]]", "[partner]"), 0, "each partner begins with [[partner]]"),
        ("partner = 5", 0, "each partner begins with [[partner]]"),
        (GOOD + 'colour = "red"\n', 2, "unknown key colour"),
        (without("id"), 2, "id is missing"),
        (without("name"), 2, "name is missing"),
        (without("kind"), 2, "kind is missing"),
        (instead("id", 'id = "Kaspi Bank"'), 2, "id must be of a-z, 0-9 and -"),
        (instead("kind", 'kind = "shop"'), 2, "kind must be one of police, bank"),
        (instead("name", "name = 5"), 2, "name must be a text"),
        (GOOD + GOOD, 11, "id kaspi is there twice"),
        (instead("endpoint", 'endpoint = "http://kaspi.example/hooks"'), 2, "http:// only to this machine"),
        (instead("endpoint", 'endpoint = "ftp://kaspi.example"'), 2, "endpoint must be an https:// address"),
        (instead("endpoint", 'endpoint = "https://me:pw@kaspi.example"'), 2, "without a user name"),
        (instead("endpoint", 'endpoint = "https://[::1"'), 2, "endpoint is no address"),
        (without("secret_env"), 2, "secret_env is missing"),
        (instead("secret_env", 'secret_env = "NOBODY"'), 2, "NOBODY is not set in the environment"),
        (instead("secret_env", 'secret_env = "SHORT"'), 2, "SHORT must hold one whsec_"),
        (instead("api_key_env", 'api_key_env = "NOBODY"'), 2, "NOBODY is not set"),
        (instead("routes", "routes = { colours = [] }"), 2, "unknown route colours"),
        (instead("routes", 'routes = "722"'), 2, "routes must be a table"),
        (instead("routes", 'routes = { bank_codes = "722" }'), 2, "routes.bank_codes must be a list"),
        (instead("routes", 'routes = { bins = ["44"] }'), 2, "routes.bins: 44 is not one"),
        (instead("routes", "routes = { all = true }"), 2, "routes.all is for police and regulator alone"),
        (GOOD + 'networks = ["10.0.0.0/99"]\n', 2, "networks must be ranges"),
        (GOOD + 'networks = "10.0.0.0/8"\n', 2, "networks must be a list"),
        (GOOD + 'ca_file = "nowhere.pem"\n', 2, "nowhere.pem is not there"),
        (GOOD + 'client_cert = "partners.toml"\n', 2, "client_cert and client_key go together"),
    ],
)
def test_a_broken_file_is_refused_with_line_and_reason(tmp_path: Path, text: str, line: int, why: str) -> None:
    file = tmp_path / "partners.toml"
    file.write_text(text)
    with pytest.raises(BadRegistry) as refused:
        load(file, ENV)
    said = str(refused.value)
    assert why in said and "\n" not in said
    assert not line or re.search(rf"line {line}\b", said), said
    assert SECRET not in said


def test_a_good_file(tmp_path: Path) -> None:
    file = tmp_path / "partners.toml"
    file.write_text(GOOD.replace('"ONE"', '"TWO"') + 'networks = ["10.20.0.0/16"]\n')
    registry = load(file, ENV)
    door = registry.doors["kaspi"]
    assert (door.partner.kind, len(door.secrets), str(door.networks[0])) == (PartnerKind.bank, 2, "10.20.0.0/16")
    assert registry.by_api_key("k" * 40) is door and registry.by_api_key("k" * 39) is None
    assert SECRET not in repr(registry) and "k" * 40 not in repr(registry)
    assert load(tmp_path / "absent.toml", ENV).doors == {}


def test_a_broken_file_on_reload_keeps_the_partners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    file, connected = tmp_path / "partners.toml", Connected()
    file.write_text(GOOD)
    live = Live(file, connected)
    for broken in (b"[[partner]]", b"\xff\xfe"):
        file.write_bytes(broken)
        with pytest.raises(BadRegistry):
            live.reload()
    file.unlink()
    with pytest.raises(BadRegistry, match="the file is gone"):
        live.reload()
    assert [one.id for one in connected.partners] == ["kaspi"] and live.door("kaspi")
    file.write_text(GOOD.replace('"kaspi"', '"kaspi-2"'))
    live.reload()
    assert [one.id for one in connected.partners] == ["kaspi-2"]
    file.write_text("")  # on purpose
    live.reload()
    assert connected.partners == ()


def test_the_example_loads_and_has_the_first_circle() -> None:
    text = (ROOT / "partners.example.toml").read_text()
    names = re.findall(r'(?:secret|api_key)_env = "([A-Z0-9_]+)"', text)
    registry = load(ROOT / "partners.example.toml", {name: SECRET for name in names})
    assert list(registry.doors) == [
        "kaspi", "halyk", "kcell", "tele2-altel", "beeline", "kolesa", "olx", "qiwi", "police", "regulator",
    ]  # fmt: skip
    assert {one.kind for one in registry.partners} == set(PartnerKind)
