"""The YAML head of a Markdown document."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from corpus.errors import DocumentError
from corpus.facts import validation_message
from corpus.locales import LOCALE

_KEY_LINE = re.compile(r"-{3,}[ \t]*\n[ \t]*[A-Za-z_]+[ \t]*:")


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


_Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed)]


class FrontMatter(BaseModel):
    """What a document says about itself. The loader infers what is `None`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # Ids become file names and URLs: no separator, no leading dot.
    id: str | None = Field(default=None, pattern=r"^\w[\w.-]{0,63}$")
    locale: str | None = Field(default=None, pattern=f"^{LOCALE.pattern}$", max_length=35)
    title: str | None = Field(default=None, min_length=1)
    category: str | None = Field(default=None, min_length=1)
    audience: str = Field(default="public", min_length=1)
    jurisdictions: _Words = Field(default=("*",), min_length=1)
    products: _Words = Field(default=("*",), min_length=1)
    notices: _Words = ()
    questions: _Words = ()
    effective_from: date = date(2000, 1, 1)
    effective_until: date | None = None
    review_due: date | None = None
    owner: str = ""
    version: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> FrontMatter:
        if self.effective_until is not None and self.effective_until <= self.effective_from:
            raise ValueError("effective_until must be after effective_from")
        return self


def split_front_matter(text: str, name: str) -> tuple[FrontMatter | None, str]:
    """The front matter of a document (`None`: it has none) and the text after it.

    Raises:
        DocumentError: the front matter is not closed, not YAML, or holds unknown, repeated or unfit keys.
    """
    handler = YAMLHandler()
    head = text.lstrip("\n")
    if not handler.detect(head):
        return None, text
    try:
        raw, body = handler.split(head)
    except ValueError:
        if _KEY_LINE.match(head):
            raise DocumentError(f"{name}: the front matter is not closed.", hint="End it with a line ---.") from None
        return None, text  # a thematic break at the top
    try:
        loader = yaml.SafeLoader(raw)
        node = loader.get_single_node()
        values = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DocumentError(f"{name}: broken front matter ({reason}).", hint="It must be YAML.") from error
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        return None, text  # prose between two thematic breaks
    keys = [str(key.value) for key, _ in node.value]
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        raise DocumentError(f"{name}: front matter repeats {', '.join(repeated)}.", hint="Keep one of each.")
    unknown = sorted(set(keys) - set(FrontMatter.model_fields))
    if unknown:
        raise DocumentError(
            f"{name}: unknown front-matter key {', '.join(unknown)}.",
            hint=f"Known keys: {', '.join(FrontMatter.model_fields)}.",
        )
    try:
        return FrontMatter.model_validate(values), body
    except ValidationError as error:
        raise DocumentError(f"{name}: front matter: {validation_message(error)}.") from error
