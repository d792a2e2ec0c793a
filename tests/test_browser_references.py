"""References checked in a real browser: pasted, uploaded, taken away; also without a script."""

from __future__ import annotations

from typing import Any

import pytest

from tests.test_browser import address, browser, page, serious  # noqa: F401  (fixtures are found by name)

pytestmark = pytest.mark.browser
pytest.importorskip("axe_playwright_python")
LIST = (
    "ISO/lEC 42O01:2023, Artificial intelligence — Management system\n"
    "ISO/IEC 22989, Artificial intelligence concepts and terminology\n"
    "ISO 99999:2020, Nothing that there is\n"
    "ISO/IEC 23894:2023, A title of something else\n"
    "معيار ISO/IEC 23053؛ ISO/IEC 5338:2023 信息技术\n"
)


def checked(page: Any, address: str) -> None:  # noqa: F811
    page.goto(f"{address}/standards/references/")
    page.fill("main textarea:visible", LIST)
    page.click("main form.form button")


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_references_are_checked_without_a_script(page: Any, address: str) -> None:  # noqa: F811
    page.goto(f"{address}/standards/")
    page.click("text=Check references")
    checked(page, address)
    rows = page.locator("table.references tbody tr")
    assert rows.count() == 6
    assert "ISO/IEC 42001:2023" in rows.first.inner_text()
    assert "not found" in rows.nth(2).inner_text()
    with page.expect_download() as taken:
        page.click("button[value=csv]")
    assert taken.value.suggested_filename == "references.csv"


def test_a_file_is_checked_and_a_bad_one_is_refused_beside_the_field(page: Any, address: str) -> None:  # noqa: F811
    page.goto(f"{address}/standards/references/")
    bad = {"name": "bad.docx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04no"}
    page.set_input_files("input[type=file]", files=[bad])
    page.click("main form.form button")
    assert "bad.docx" in page.inner_text("main .errorlist")
    good = {"name": "list.txt", "mimeType": "text/plain", "buffer": LIST.encode()}
    page.set_input_files("input[type=file]", files=[good])
    page.click("main form.form button")
    assert page.locator("table.references tbody tr").count() >= 5


@pytest.mark.parametrize(
    "page",
    [
        {"locale": "en"},
        {"locale": "zh-CN", "viewport": {"width": 390, "height": 800}},
        {"locale": "ar", "color_scheme": "dark", "viewport": {"width": 390, "height": 800}},
    ],
    indirect=True,
    ids=["english", "chinese-phone", "arabic-dark-phone"],
)
def test_the_page_keeps_nobody_out(page: Any, address: str) -> None:  # noqa: F811
    page.goto(f"{address}/standards/references/")
    assert serious(page) == []
    checked(page, address)
    assert serious(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
