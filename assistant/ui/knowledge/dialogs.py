"""Questions before a change that needs a day, a reason or a second look."""

from __future__ import annotations

from assistant.ui.knowledge.words import Words


def dialogs_html(words: Words) -> str:
    """Every dialog of the page, closed."""
    return "".join(
        (
            _dialog("publish", words, _day("publish", words, required=False)),
            _dialog("expire", words, _day("expire", words, required=True), danger=True),
            _dialog("remove", words, "", danger=True),
            _dialog("discard", words, "", danger=True),
            _dialog("owner", words, _input("owner", words)),
            _dialog("review", words, _day("review", words, required=False)),
            _dialog("questions", words, _area("questions", words, rows=10, limit=20_000, required=False)),
            _dialog("override", words, _area("override", words, rows=3, limit=1_000, required=True), danger=True),
            _dialog("dismiss", words, _area("dismiss", words, rows=3, limit=1_000, required=True)),
            _dialog("rollback", words, _area("rollback", words, rows=3, limit=1_000, required=True), danger=True),
        )
    )


def _dialog(name: str, words: Words, fields: str, *, danger: bool = False) -> str:
    look = "danger" if danger else "primary"
    return (
        f'<dialog id="kno-dialog-{name}" class="con-dialog" aria-labelledby="kno-{name}-title">'
        f'<form data-form="{name}"><h2 id="kno-{name}-title">{words.say(f"{name}_title")}</h2>'
        f'<p class="con-hint">{words.say(f"{name}_hint")}</p><p class="con-id" data-about></p>{fields}'
        '<p class="con-form-error" role="alert" hidden></p><div class="con-buttons">'
        f'<button class="con-button" data-look="{look}" id="kno-{name}-go">{words.say(f"{name}_go")}</button>'
        f'<button type="button" class="con-button" data-act="dismiss">{words.say("cancel")}</button>'
        "</div></form></dialog>"
    )


def _field(name: str, words: Words, html: str) -> str:
    return f'<label class="con-field"><span>{words.say(f"{name}_field")}</span>{html}</label>'


def _day(name: str, words: Words, *, required: bool) -> str:
    return _field(
        name,
        words,
        f'<input class="kno-input" type="date" name="value" id="kno-{name}-value" min="2000-01-02" max="2999-12-31"'
        f"{' required' if required else ''}>",
    )


def _input(name: str, words: Words) -> str:
    return _field(
        name,
        words,
        f'<input class="kno-input" name="value" id="kno-{name}-value" maxlength="100" autocomplete="off">',
    )


def _area(name: str, words: Words, *, rows: int, limit: int, required: bool) -> str:
    return _field(
        name,
        words,
        f'<textarea name="value" id="kno-{name}-value" rows="{rows}" maxlength="{limit}"'
        f"{' required' if required else ''}></textarea>",
    )
