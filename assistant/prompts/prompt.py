"""A prompt with the identity that every draft records."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import frontmatter


@dataclass(frozen=True, slots=True)
class Prompt:
    """`name` is what a draft stores, e.g. `draft@1`."""

    name: str
    text: str


def load_prompt(prompt_id: str) -> Prompt:
    """The prompt in `assistant/prompts/<prompt_id>.md`."""
    source = resources.files("assistant.prompts").joinpath(f"{prompt_id}.md").read_text(encoding="utf-8")
    post = frontmatter.loads(source)
    return Prompt(name=f"{post['id']}@{post['version']}", text=post.content)
