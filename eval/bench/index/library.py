"""A knowledge base of any size, the same every time: articles made of the sections of the articles that ship.

Each article has the title and some of the sections of one that ships, so that its vectors ship as well and nothing but
what the benchmark writes itself has to be embedded.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import yaml

from corpus.seed import seed_articles
from eval.metrics.discrimination import SEED

_SHARE = 0.5
"""Of an article's sections go into each document made of it."""
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)
_REVISIONS = {"zh-CN": "第 {} 次修订：本段为新增内容。", "en": "Revision {}: this paragraph is new."}


@dataclass(frozen=True, slots=True)
class Article:
    """A document of the benchmark.

    Attributes:
        path: its file, named after its id.
        locale: `zh-CN` or `en`.
    """

    path: Path
    locale: str

    @property
    def id(self) -> str:
        """The document's id."""
        return self.path.stem

    def revise(self, number: int) -> None:
        """Add a paragraph to its last section, another one for every number."""
        text = self.path.read_text(encoding="utf-8").rstrip("\n")
        self.path.write_text(f"{text}\n\n{_REVISIONS[self.locale].format(number)}\n", encoding="utf-8")


def write_library(folder: Path, documents: int) -> tuple[Article, ...]:
    """Write so many articles, about half of them in Chinese, as Markdown files into a new folder."""
    folder.mkdir(parents=True)
    chance = random.Random(SEED)  # noqa: S311 - a choice of sections, not a secret
    shipped = [
        (article.locale, article.content.decode()) for article in seed_articles() if article.locale in _REVISIONS
    ]
    chance.shuffle(shipped)
    found = []
    for number, (locale, text) in enumerate(islice(cycle(shipped), documents)):
        path = folder / f"bench-{number:06}.md"
        path.write_text(_article(path.stem, locale, text, chance), encoding="utf-8")
        found.append(Article(path, locale))
    return tuple(found)


def write_article(folder: Path, like: Article, name: str, addition: str) -> Article:
    """Write an article that is like another one, under its own id and with something added at its end."""
    text = like.path.read_text(encoding="utf-8").replace(f"id: {like.id}\n", f"id: {name}\n", 1)
    path = folder / f"{name}.md"
    path.write_text(f"{text.rstrip()}\n\n{addition}\n", encoding="utf-8")
    return Article(path, like.locale)


def _article(document_id: str, locale: str, text: str, chance: random.Random) -> str:
    _, head, body = text.split("---\n", 2)
    shipped = yaml.safe_load(head)
    meta = {"id": document_id, "locale": locale, "title": shipped["title"], "category": shipped["category"]}
    first, *sections = _SECTION.split(body)
    kept = _some(sections, chance)
    return f"---\n{yaml.safe_dump(meta, allow_unicode=True, sort_keys=False)}---\n{first}{''.join(kept)}"


def _some(sections: Sequence[str], chance: random.Random) -> list[str]:
    """A share of the sections, in their order, and one at least if there is any."""
    count = min(len(sections), max(1, round(_SHARE * len(sections))))
    return [sections[at] for at in sorted(chance.sample(range(len(sections)), count))]
