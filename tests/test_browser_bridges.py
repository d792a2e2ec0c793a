"""Bridges in a real browser: proposed by the page, opened, read with their evidence; also without a script."""

from __future__ import annotations

from typing import Any

import pytest

from tests.test_browser import address, browser, page, serious, sign_in  # noqa: F401  (fixtures are found by name)

pytestmark = pytest.mark.browser
pytest.importorskip("axe_playwright_python")
BRIDGE = "/bridges/regulation-eu-2024-1689--nist-ai-100-1/"
PAGES = (
    "/bridges/",
    "/bridges/map/",
    BRIDGE,
    f"{BRIDGE}?show=possible",
    f"{BRIDGE}?q=zzzzqqqq",
    "/bridges/no-such-bridge/",
    "/standards/regulation-eu-2024-1689/clauses/Art.9",
)


def propose(page: Any, address: str) -> None:  # noqa: F811
    """Have counterparts of the example guideline proposed in AI RMF, and wait at the page of progress."""
    page.goto(f"{address}/bridges/")
    page.click("main >> text=Propose counterparts")
    options = page.locator("select[name=source] option")
    values = {one.inner_text(): one.get_attribute("value") for one in options.all()}
    page.select_option(
        "select[name=source]", next(value for name, value in values.items() if "EXAMPLE 1" in name and "2025" in name)
    )
    page.select_option(
        "select[name=target]", next(value for name, value in values.items() if name.startswith("NIST AI 100-1"))
    )
    page.click("main form.form button")
    assert "/bridges/propose/" in page.url


def test_counterparts_are_proposed_by_the_page_and_read_with_their_reasons(page: Any, address: str) -> None:  # noqa: F811
    sign_in(page, address, "/bridges/propose/")
    assert serious(page) == []
    propose(page, address)
    assert page.locator("main .badge").first.is_visible()
    assert serious(page) == []
    page.wait_for_selector("text=To the bridge", timeout=90_000)  # the page asks by itself
    page.click("text=To the bridge")
    assert "Proposed by a machine" in page.inner_text(".note")
    records = page.locator("section.match", has_text="Records")
    assert records.count() == 1
    first = records.locator(".match-to > li").first
    assert not first.locator(".bars").is_visible()
    first.locator("summary").click()
    assert first.locator(".bars").is_visible()
    assert "records" in first.inner_text().lower() or "Words of both" in first.inner_text()
    assert first.locator("meter").first.get_attribute("aria-label")
    assert serious(page) == []


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_bridges_work_without_a_script(page: Any, address: str) -> None:  # noqa: F811
    sign_in(page, address, "/bridges/")
    propose(page, address)
    page.wait_for_selector("text=To the bridge", timeout=90_000)
    page.click("text=To the bridge")
    assert page.locator("section.match").count() > 0
    page.goto(f"{address}{BRIDGE}?show=possible")
    why = page.locator("details.more").first
    why.locator("summary").click()
    assert why.locator(".bars").is_visible()
    page.fill("input#within", "documentation")
    page.select_option("select#order", "teaching")
    page.click("main form[role=search] button")
    assert "order=teaching" in page.url
    assert "show=possible" in page.url
    assert page.locator("section.match").count() > 0


def test_the_page_of_an_article_gives_its_text_before_its_counterparts(page: Any, address: str) -> None:  # noqa: F811
    page.goto(f"{address}/standards/regulation-eu-2024-1689/clauses/Art.9")
    chosen = page.locator("section.chosen")
    panel = chosen.locator("section.panel[aria-label='NIST AI 100-1']")
    assert chosen.locator("h3").bounding_box()["y"] < panel.bounding_box()["y"]
    panel.locator("summary").first.click()
    assert "shared: management" in panel.locator("details").first.inner_text()
    panel.locator("h4 a").click()
    assert page.url.startswith(f"{address}{BRIDGE}")
    assert page.locator("section.match").count() == 1


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
def test_no_page_of_bridges_keeps_anybody_out(page: Any, address: str) -> None:  # noqa: F811
    faults = {}
    for path in PAGES:
        page.goto(address + path)
        for one in page.locator("details.more").all()[:3]:
            one.evaluate("found => { found.open = true }")
        if found := serious(page):
            faults[path] = found
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is wider than the screen"
    assert faults == {}


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 800}}], indirect=True)
def test_on_a_phone_counterparts_stand_below_their_clause(page: Any, address: str) -> None:  # noqa: F811
    page.goto(f"{address}{BRIDGE}")
    row = page.locator("section.match").first
    clause, counterparts = row.locator(".match-from").bounding_box(), row.locator(".match-to").bounding_box()
    assert clause["y"] + clause["height"] <= counterparts["y"]
    assert counterparts["x"] + counterparts["width"] <= 390


@pytest.mark.parametrize("page", [{"locale": "ar"}], indirect=True)
def test_in_arabic_the_clause_stands_on_the_right(page: Any, address: str) -> None:  # noqa: F811
    page.goto(f"{address}{BRIDGE}")
    row = page.locator("section.match").first
    clause, counterparts = row.locator(".match-from").bounding_box(), row.locator(".match-to").bounding_box()
    assert clause["x"] > counterparts["x"] + counterparts["width"] / 2
    words = row.locator(".match-to p.serif").first.bounding_box()
    assert abs(words["x"] + words["width"] - counterparts["x"] - counterparts["width"]) < 2
