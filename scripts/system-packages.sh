#!/usr/bin/env bash
# What the browser tests need beside Python: Chromium, and a font with Chinese characters for legible screenshots.
# As root on Debian or Ubuntu it installs what is missing. Elsewhere it says what is left out, which CI does not accept.
set -euo pipefail

has_chromium() {
  local name
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  return 1
}

has_chinese_font() {
  command -v fc-list >/dev/null && [[ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]]
}

missing=()
has_chromium || missing+=(chromium)
has_chinese_font || missing+=(fonts-noto-cjk fontconfig)
if ((${#missing[@]} == 0)); then exit 0; fi

if ((EUID == 0)) && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} for the browser tests." >&2
  export DEBIAN_FRONTEND=noninteractive
  if apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2; then exit 0; fi
  echo "apt-get could not install ${missing[*]}." >&2
fi

has_chromium || echo "Left out: the browser tests (no Chromium; on Debian: apt-get install chromium)." >&2
has_chinese_font || echo "Left out: Chinese glyphs in screenshots (on Debian: apt-get install fonts-noto-cjk)." >&2
if [[ "${CI:-}" == true ]]; then
  echo "Under CI nothing may be left out." >&2
  exit 1
fi
