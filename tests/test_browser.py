"""A real browser on a node served as an administrator serves it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

sync_api = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("browser tests need Chromium: apt-get install chromium", allow_module_level=True)

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
PAGES = (
    "/",
    "/standards/",
    "/standards/?q=risk",
    "/standards/?year=1901",
    "/standards/iso-iec-22989/",
    "/standards/ieee-7000/",
    "/standards/iso-iec-22989/?as_of=2018",
    "/standards/?as_of=2022-05",
    "/standards/changed/?since=2020",
    "/standards/changed/?since=2000&until=2001",
    "/standards/changed/?since=soon",
    "/search?q=human+oversight",
    "/search?q=zzzzqqqq",
    "/search?in=clauses&q=human+oversight",
    "/standards/rules/",
    "/standards/map/",
    "/standards/map/?by=committee",
    "/standards/bodies/",
    "/standards/bodies/iso/",
    "/standards/committees/iso-iec-jtc-1-sc-42/",
    "/standards/regulation-eu-2024-1689/text/?ref=Art.9",
    "/standards/iso-iec-42001/text/?q=human+oversight",
    "/standards/iso-iec-42001/languages/",
    "/standards/iso-iec-42001/changes/",
    "/standards/example-1/text/",
    "/standards/example-1/changes/",
    "/standards/iso-iec-23894/text/",
    "/standards/iso-iec-42001/correct/?field=selection",
    "/standards/bodies/iso/correct/",
    "/standards/iso-iec-42001/history/",
    "/standards/committees/iso-iec-jtc-1-sc-42/history/",
    "/standards/corrections/follow/wrong/",
    "/share/",
    "/consult/",
    "/contribute/",
    "/organisations/",
    "/about/about/",
    "/about/privacy/",
    "/about/accessibility/",
    "/about/imprint/",
    "/health",
    "/design/",
    "/no-such-page",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
)


GUIDE = """# Example guideline

## 1 Scope

It applies to all providers of AI systems.

## 2 Duties

### 2.1 Records

Providers keep records of what their systems decide.
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo node, made and served by the command line."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("served") / "node"
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    environment["COMITY_HOME"] = str(home)
    comity = [sys.executable, "-m", "comity.cli.main"]
    subprocess.run(
        [*comity, "demo", "--no-serve", "--port", str(port)], env=environment, check=True, capture_output=True
    )
    for edition, text in (("2024", GUIDE), ("2025", GUIDE.replace("all providers", "some providers"))):
        file = home.parent / f"guide-{edition}.md"
        file.write_text(text, encoding="utf-8")
        about = ["--document", "EXAMPLE 1", "--edition", edition, "--date", edition, "--language", "en", "--may-show"]
        subprocess.run(
            [*comity, "instrument", "import", str(file), *about], env=environment, check=True, capture_output=True
        )
    server = subprocess.Popen([*comity, "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL)
    for _ in range(150):
        try:
            urllib.request.urlopen(f"http://localhost:{port}/robots.txt")
            break
        except OSError:
            time.sleep(0.2)
    yield f"http://localhost:{port}"
    server.terminate()
    server.wait(30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A new page, as the marker `context` asks for it; errors on its console fail the test."""
    context = browser.new_context(**getattr(request, "param", {}))
    found = context.new_page()
    said: list[str] = []
    found.on("pageerror", lambda error: said.append(str(error)))
    # A page that answers 400 or 404 is what some tests are about.
    found.on("console", lambda line: said.append(line.text) if _is_fault(line) else None)
    yield found
    context.close()
    assert said == []


def _is_fault(line: Any) -> bool:
    return line.type == "error" and "Failed to load resource" not in line.text


def serious(page: Any) -> list[str]:
    """What axe-core finds that keeps people out: impact serious or critical."""
    script = Path(sys.modules["axe_playwright_python"].__file__ or "").with_name("axe.min.js").read_text()
    page.evaluate(script)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(
    "page",
    [
        {"locale": "en"},
        {"locale": "ar", "color_scheme": "dark"},
        {"locale": "zh-CN", "viewport": {"width": 390, "height": 800}},
    ],
    indirect=True,
    ids=["english", "arabic-dark", "chinese-phone"],
)
def test_no_page_keeps_anybody_out(page: Any, address: str) -> None:
    pytest.importorskip("axe_playwright_python")
    faults = {}
    for path in PAGES:
        page.goto(address + path)
        if found := serious(page):
            faults[path] = found
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is wider than the screen"
    assert faults == {}


def test_somebody_finds_a_standard_and_follows_it(page: Any, address: str) -> None:
    page.goto(address)
    page.fill("main input[type=search]", "gestion des risques IA")
    page.press("main input[type=search]", "Enter")
    names = page.locator(".row-title").all_inner_texts()
    assert "ISO/IEC 23894:2023" in names[:5]
    page.click("text=ISO/IEC 23894:2023")
    assert "risk management" in page.inner_text("h1").lower()
    page.click(".crumbs >> text=ISO/IEC JTC 1/SC 42")
    assert page.inner_text("h1") == "ISO/IEC JTC 1/SC 42"


def test_filters_narrow_the_list_and_can_be_taken_away(page: Any, address: str) -> None:
    page.goto(f"{address}/standards/")
    page.click(".facets >> text=IEEE")
    page.wait_for_url("**body=IEEE**")
    assert all("IEEE" in name for name in page.locator(".row-title").all_inner_texts())
    page.click(".badges a.accent")
    page.wait_for_url(lambda url: "body" not in url)


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_everything_works_without_a_script(page: Any, address: str) -> None:
    page.goto(address)
    page.fill(".top input[type=search]", "人工智能 风险管理")
    page.press(".top input[type=search]", "Enter")
    assert "ISO/IEC 23894:2023" in page.locator(".row-title").all_inner_texts()[:5]
    page.goto(f"{address}/standards/")
    page.click(".facets >> text=NIST")
    page.click("text=by identifier")
    assert "sort=identifier" in page.url
    assert "body=NIST" in page.url
    page.click(".menu summary")
    page.click("text=Français")
    assert page.get_attribute("html", "lang") == "fr"
    page.goto(f"{address}/standards/iso-iec-22989/")
    assert page.locator("svg.picture").first.is_visible()


def test_arabic_runs_from_right_to_left(page: Any, address: str) -> None:
    page.goto(f"{address}/standards/")
    page.click(".menu summary")
    page.click("text=العربية")
    assert page.get_attribute("html", "dir") == "rtl"
    name, end = page.locator(".top .name").bounding_box(), page.locator(".top .end").bounding_box()
    assert name["x"] > end["x"]
    assert page.locator(".row-title bdi").first.is_visible()


def test_signing_in_and_out(page: Any, address: str) -> None:
    page.goto(f"{address}/standards/")
    page.click("text=Sign in")
    page.fill("input[name=login]", "demo@example.org")
    page.fill("input[name=password]", "not-the-password")
    page.click("button:has-text('Sign In')")
    assert page.locator(".errorlist, .note.stop").first.is_visible()
    page.fill("input[name=password]", "look-around-freely")
    page.click("button:has-text('Sign In')")
    page.wait_for_url(f"{address}/standards/")
    page.click("text=Account")
    assert serious(page) == []
    page.click("button:has-text('Sign out')")
    page.wait_for_url(f"{address}/")
    assert page.locator("text=Sign in").is_visible()


def sign_in(page: Any, address: str, after: str) -> None:
    page.goto(f"{address}/accounts/login/?next={after}")
    page.fill("input[name=login]", "demo@example.org")
    page.fill("input[name=password]", "look-around-freely")
    page.click("button:has-text('Sign In')")


@pytest.mark.parametrize(
    "page", [{"locale": "en", "java_script_enabled": False}, {"locale": "en"}], indirect=True, ids=["plain", "script"]
)
def test_a_document_is_followed_and_followed_no_more(page: Any, address: str) -> None:
    page.goto(f"{address}/standards/iso-iec-42001/")
    page.click("main >> text=Follow")
    page.fill("input[name=login]", "demo@example.org")
    page.fill("input[name=password]", "look-around-freely")
    page.click("button:has-text('Sign In')")
    page.click("main >> button:has-text('Follow')")
    page.wait_for_url(f"{address}/account/following/")
    assert page.locator(".row-title").all_inner_texts() == ["ISO/IEC 42001:2023"]
    page.check("input[value=weekly]")
    page.click("button:has-text('Save')")
    assert page.is_checked("input[value=weekly]")
    page.click("button:has-text('Follow no more')")
    assert page.locator("text=You follow nothing yet").is_visible()
    page.check("input[value=never]")
    page.click("button:has-text('Save')")


def test_what_one_follows_keeps_nobody_out(page: Any, address: str) -> None:
    sign_in(page, address, "/standards/bodies/iso/")
    page.click("main >> button:has-text('Follow')")
    assert serious(page) == []
    page.click("button:has-text('Follow no more')")
    assert serious(page) == []


@pytest.mark.parametrize(
    "page", [{"locale": "en", "java_script_enabled": False}, {"locale": "en"}], indirect=True, ids=["plain", "script"]
)
def test_a_correction_goes_from_the_report_to_the_public_answer(page: Any, address: str) -> None:
    """Without an account; sent too fast first, as a program does. Accepting the second finds it put right already."""
    page.goto(f"{address}/standards/iso-iec-23894/")
    page.click("text=Report an error")
    page.fill("textarea[name=proposed]", "Guidance on risk <script>alert(1)</script>")
    page.fill("textarea[name=reason]", "The cover says so.")
    page.click("button:has-text('Send')")
    assert "faster than people" in page.inner_text(".note.stop")
    assert page.input_value("textarea[name=reason]") == "The cover says so."
    page.wait_for_timeout(4_500)
    page.click("button:has-text('Send')")
    page.wait_for_url("**/corrections/follow/**")
    link = page.url
    assert "has not answered yet" in page.inner_text("main")

    sign_in(page, address, "/standards/corrections/")
    page.click(".row-title")
    page.fill("textarea[name=answer]", "Thank you, it was ours.")
    page.click("button:has-text('Accept')")
    page.wait_for_url("**/standards/corrections/")
    assert page.locator("text=Nothing waits").is_visible()

    page.context.clear_cookies()
    page.goto(link)
    assert "Thank you, it was ours." in page.inner_text("main")
    page.click("text=What was changed")
    assert "Guidance on risk <script>alert(1)</script>" in page.inner_text("main")
    page.goto(f"{address}/standards/iso-iec-23894/")
    assert page.inner_text("h1") == "Guidance on risk <script>alert(1)</script>"
    assert "this node's editors" in page.inner_text("main")


def test_editing_keeps_nobody_out_and_loses_nothing(page: Any, address: str) -> None:
    pytest.importorskip("axe_playwright_python")
    sign_in(page, address, "/standards/ieee-7000/edit/")
    other = page.context.new_page()
    other.goto(f"{address}/standards/ieee-7000/edit/")
    other.fill("input[name=territory]", "Everywhere")
    other.fill("textarea[name=because]", "Its scope says so.")
    other.click("button:has-text('Save')")
    other.wait_for_url("**/standards/ieee-7000/")
    page.fill("textarea[name^='text:']", "A title of mine")
    page.fill("textarea[name=because]", "The cover says so.")
    assert serious(page) == []
    page.click("button:has-text('Save')")
    assert "Nothing you typed is lost" in page.inner_text("main")
    assert page.input_value("textarea[name^='text:']") == "A title of mine"
    assert page.input_value("input[name=territory]") == "Everywhere"
    assert serious(page) == []
    page.click("button:has-text('Save')")
    page.wait_for_url("**/standards/ieee-7000/")
    assert page.inner_text("h1") == "A title of mine"
    page.click("main a:text-is('History')")
    assert serious(page) == []
    page.click("text=Undo this change >> nth=0")
    page.fill("textarea[name=because]", "A mistake.")
    page.click("button:has-text('Undo')")
    page.wait_for_url("**/history/")
    page.click("button:has-text('Compare two versions')")
    assert page.locator("text=Two versions compared").is_visible()
    for path in ("new/", "corrections/", "bodies/iso/edit/", "ieee-7000/relate/"):
        page.goto(f"{address}/standards/{path}")
        assert serious(page) == [], path


def word_file(folder: Path) -> Path:
    import docx

    file = docx.Document()
    file.add_heading("Guideline in Word", 0)
    file.add_heading("1 Scope", 1)
    file.add_paragraph("This guideline applies to everybody who provides an AI system.")
    file.add_heading("2 Duties", 1)
    file.add_heading("2.1 Records", 2)
    file.add_paragraph("Providers keep records.")
    file.save(str(folder / "guide.docx"))
    return folder / "guide.docx"


def test_a_word_file_is_imported_and_its_outline_corrected(page: Any, address: str, tmp_path: Path) -> None:
    sign_in(page, address, "/standards/import/instrument/")
    page.set_input_files("input[name=file]", word_file(tmp_path))
    page.fill("input[name=document]", "EXAMPLE 2")
    page.fill("input[name=language]", "en")
    page.select_option("select[name=may_show]", "yes")
    page.click("button:has-text('Read the file')")
    assert page.inner_text("h1") == "Check the outline"
    assert serious(page) == []
    last = page.locator("input[name^=ref-]").count() - 1
    assert page.input_value(f"input[name=ref-{last}]") == "2.1"
    page.fill(f"input[name=ref-{last}]", "3")
    page.select_option(f"select[name=level-{last}]", "1")
    page.fill(f"input[name=heading-{last}]", "Records and logs")
    page.click("button:has-text('Save the text')")
    page.wait_for_url("**/text/**")
    assert page.locator("section.clause .ref").all_inner_texts() == ["1", "2", "3"]
    assert page.locator("section.clause h3").last.inner_text() == "Records and logs"


def test_two_languages_are_read_side_by_side(page: Any, address: str) -> None:
    found = page.request.get(f"{address}/api/v1/clauses?q=生成式人工智能&language=zh&most=1").json()[0]
    page.goto(f"{address}{found['url'].split('clauses/')[0]}text/?lang=zh")
    page.click("summary:has-text('Languages')")
    page.click("text=side by side")
    cells = page.locator("section.clause").nth(1).locator(".cell")
    assert cells.count() == 2
    left, right = cells.nth(0).bounding_box(), cells.nth(1).bounding_box()
    assert left["x"] + left["width"] <= right["x"]
    assert serious(page) == []


def test_a_permanent_link_is_followed_to_its_clause(page: Any, address: str) -> None:
    page.goto(f"{address}/standards/regulation-eu-2024-1689/clauses/Art.14")
    assert "Artificial Intelligence Act, Art. 14" in page.inner_text(".citing")
    top = page.locator("section.chosen").bounding_box()["y"]
    assert 0 <= top < page.viewport_size["height"]


def test_what_changed_is_shown_with_its_words(page: Any, address: str) -> None:
    page.goto(f"{address}/standards/example-1/changes/")
    assert page.inner_text("ins") == "some"
    assert page.inner_text("del") == "all"
    assert serious(page) == []


def test_the_map_is_read_without_a_script_and_fits_a_phone(page: Any, address: str) -> None:
    """A node without topics says so; one with topics draws them: wide, or narrow on a phone."""
    page.goto(f"{address}/standards/map/")
    page.get_by_role("link", name="by committee").click()
    assert "by=committee" in page.url
    assert page.get_by_role("heading", level=1).inner_text() == "Who works on what"
    drawn = page.locator("svg.grid-wide").count()
    assert drawn or page.get_by_text("No document has a topic yet").count()
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if drawn:
        assert page.locator("svg.grid-narrow").is_visible()
        assert not page.locator("svg.grid-wide").is_visible()


def test_an_organisation_is_added_and_a_wrong_ror_is_explained(page: Any, address: str) -> None:
    sign_in(page, address, "/organisations/new/")
    page.fill("input[name=name]", "Institute of Examples")
    page.fill("input[name=ror]", "not-a-ror")
    page.click("main form.form button")
    assert "A ROR looks like" in page.inner_text(".errorlist")
    assert page.input_value("input[name=name]") == "Institute of Examples"
    page.fill("input[name=ror]", "")
    page.click("main form.form button")
    assert page.inner_text("h1") == "Institute of Examples"


# Last: from then on the account asks for its passkey.
def test_a_passkey_signs_in(page: Any, address: str) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", "demo@example.org")
    page.fill("input[name=password]", "look-around-freely")
    page.click("button:has-text('Sign In')")
    page.goto(f"{address}/accounts/2fa/webauthn/add/")
    if page.locator("input[name=password]").count():
        page.fill("input[name=password]", "look-around-freely")
        page.click("main button")
    page.check("input[name=passwordless]")
    page.click("main button")
    page.wait_for_url(lambda url: "add" not in url)
    page.goto(f"{address}/account/")
    page.click("button:has-text('Sign out')")
    page.goto(f"{address}/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url(f"{address}/account/")
