"""The tokens of every page, light and dark: one accent, slate greys, hairlines, the system's own Chinese font."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "system-ui", "sans-serif")
MONOSPACE = ("ui-monospace", "SFMono-Regular", "Consolas", "monospace")

# Light, dark. Text keeps a contrast of at least 4.5:1 on both surfaces of its column.
_COLOURS = {
    "body_background_fill": ("#f8fafc", "#0f172a"),
    "background_fill_primary": ("#ffffff", "#1e293b"),
    "background_fill_secondary": ("#f8fafc", "#0f172a"),
    "block_background_fill": ("#ffffff", "#1e293b"),
    "body_text_color": ("#0f172a", "#e2e8f0"),
    "body_text_color_subdued": ("#475569", "#94a3b8"),
    "border_color_primary": ("#cbd5e1", "#334155"),
    "color_accent_soft": ("#f0fdfa", "#12312f"),
    "error_background_fill": ("#fef2f2", "#3b1418"),
    "error_border_color": ("#fecaca", "#7f1d1d"),
    "error_text_color": ("#b91c1c", "#fca5a5"),
    "link_text_color": ("#0f766e", "#2dd4bf"),
}

CSS = """
.gradio-container { width: 100% !important; max-width: none !important; }
.gradio-container .fillable { max-width: none !important; padding: 0 !important; }
.gradio-container .html-container { padding: 0 !important; }
.gradio-container .html-container > .prose { font-size: 16px; line-height: 1.65; }
.gradio-container :focus-visible { outline: 2px solid var(--link-text-color); outline-offset: 2px; }
@media (prefers-reduced-motion: reduce) {
  .gradio-container * { animation: none !important; transition: none !important; }
}
"""
"""Rules that hold on every page. Gradio's own container is as narrow as its content and padded like a demo."""


def tokens() -> str:
    """The colours as CSS variables, by Gradio's names, for pages without Gradio: `var(--body-text-color)`."""
    light, dark = (
        "".join(f"--{name.replace('_', '-')}: {colours[side]}; " for name, colours in _COLOURS.items())
        for side in (0, 1)
    )
    fonts = ", ".join(f"'{font}'" if " " in font else font for font in FONTS)
    return (
        f":root {{ color-scheme: light dark; --font: {fonts}; {light}}}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n"
    )


def create_theme() -> gr.themes.Base:
    """The theme. Fonts are named only: nothing is downloaded, by the server or by a browser."""
    import gradio as gr

    theme = gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        radius_size=gr.themes.sizes.radius_md,
        font=FONTS,
        font_mono=MONOSPACE,
    )
    dark = {f"{name}_dark": colour for name, (_, colour) in _COLOURS.items()}
    return theme.set(**{name: colour for name, (colour, _) in _COLOURS.items()}, **dark, block_shadow="none")
