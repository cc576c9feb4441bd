"""A supervisor at the knowledge page in a browser."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from playwright.sync_api import FilePayload, Locator, expect

from tests.e2e.people import Person

PANES = ("documents", "upload", "changes", "bench", "upkeep")


class Lead(Person):
    """A supervisor on `/knowledge/`."""

    path = "/knowledge/"

    def ready(self) -> None:
        expect(self.see("html[data-kno='ready']")).to_be_attached()
        expect(self.see("#live [data-on='1']")).to_be_attached()

    def pane(self, name: str) -> None:
        self.see(f"#kno-tab-{name}").click()
        expect(self.see(f"#kno-{name}")).to_be_visible()

    def open(self, document: str, locale: str = "zh-CN", part: str = "passages") -> None:
        """Opens a document from the list."""
        self.pane("documents")
        self.see("#kno-search").fill(document)
        self.see(f".kno-line[data-document='{document}'][data-locale='{locale}']").click()
        expect(self.see("#kno-document [data-slot='document'] > .con-id")).to_have_text(document)
        expect(self.see("#kno-document")).to_have_attribute("aria-busy", "false")
        self.part(part)

    def part(self, name: str) -> None:
        self.see(f"#kno-part-{name}").click()
        expect(self.see(f"#kno-part-{name}")).to_have_attribute("aria-pressed", "true")

    def upload(self, **files: str | bytes) -> None:
        """Sends files, whose names have `_` before the suffix, and waits until each is done or refused."""
        self.pane("upload")
        sent: list[FilePayload] = [
            {
                "name": ".".join(name.rsplit("_", 1)),
                "mimeType": "",
                "buffer": text.encode() if isinstance(text, str) else text,
            }
            for name, text in files.items()
        ]
        self.see("#kno-files").set_input_files(sent)
        for each in sent:
            expect(self.uploaded(each["name"])).to_have_attribute("data-state", re.compile("done|failed"))

    def uploaded(self, name: str) -> Locator:
        return self.see(".kno-upload").filter(has=self.page.get_by_text(name, exact=True)).first

    def told(self, tone: str = "ok") -> Locator:
        line = self.see(f"#kno-say[data-tone='{tone}']")
        expect(line).to_be_visible()
        return line.locator("p")

    def check(self) -> Locator:
        """Checks the basket; the report."""
        self.pane("changes")
        self.see("#kno-check").click()
        report = self.see(".kno-report")
        expect(self.see("#kno-progress .kno-progress")).to_have_count(0)
        expect(report).to_be_visible()
        return report

    def publish(self, reason: str = "") -> None:
        """Publishes what the report is about."""
        if reason:
            self.see("[data-act='ask-override']").click()
            self.see("#kno-override-value").fill(reason)
            self.see("#kno-override-go").click()
        else:
            self.see("#kno-publish [data-act='publish']").click()
        expect(self.see(".kno-basket > li")).to_have_count(0)
        expect(self.told()).to_contain_text("已发布")

    def search(self, question: str) -> Locator:
        """Asks the bench; the hits."""
        self.pane("bench")
        self.see("#kno-question").fill(question)
        self.see("#kno-bench-go").click()
        searched = unicodedata.normalize("NFKC", question).casefold()  # as the desk reads it
        expect(self.see("#kno-hits .kno-facts")).to_contain_text(searched)
        expect(self.see("#kno-hits")).to_have_attribute("aria-busy", "false")
        return self.see("#kno-hits .kno-card")

    def call(self, port: str, **fields: object) -> dict[str, Any]:
        """A call of the page, made without it; its answer."""
        numbers = self.page.evaluate(
            """() => Object.fromEntries(window.gradio_config.dependencies.flatMap(({ id, targets }) => targets.map(
              ([number]) => [window.gradio_config.components.find((each) => each.id === number).props.elem_id, id])))"""
        )
        reply = self.post(numbers[f"kno-port-{port}"], [json.dumps({"n": 1, **fields})])
        assert reply.status == 200, reply.text()
        answer: dict[str, Any] = json.loads(reply.json()["data"][0])
        return answer
