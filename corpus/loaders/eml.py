"""Mails (.eml) into a document: the subject and the body. Attachments are files of their own (see `expand`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.errors import CloseBoundaryNotFoundDefect, MessageError
from email.message import EmailMessage, Message
from email.parser import BytesParser

from corpus.errors import DocumentError
from corpus.loaders.encoding import decode
from corpus.loaders.outline import Outline, document_of
from corpus.loaders.source import Source
from corpus.loaders.text import paragraphs_of
from corpus.model import Document

MAX_PARTS = 500
MAX_HEADER = 4_000
"""Characters; the headers that are read are a line or two."""

_READ = frozenset({"subject", "content-type", "content-disposition", "content-transfer-encoding", "content-id"})
_QUOTED = re.compile(r"[ \t]*>")
_HISTORY = re.compile(
    r"[ \t]*(?:-{2,}\s*(?:original message|forwarded message|原始邮件|原始郵件|转发邮件|元のメッセージ).*"
    r"|on .{6,120} wrote:|在.{4,80}写道[:：]|于.{4,80}写道[:：])\s*",
    re.IGNORECASE,
)
"""Where the mail that is answered begins: it is another person's text."""
_HTML_HISTORY = "blockquote[type='cite'], .gmail_quote, .moz-cite-prefix, #divRplyFwdMsg, #appendonsend"
_NAME = re.compile(r'filename\s*=\s*"?([^";]+)')
_FAULTS = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the standard library raises on mails that break the rules."""
_HEADER = re.compile(rb"\A(?:From |[!-9;-~]{1,70}:)")


def load(source: Source) -> Document:
    """The document in a mail, under its subject. The mails that it quotes are left out, and so are its addresses.

    Raises:
        DocumentError: encrypted, not a mail, or without a body.
        FactError: a placeholder cannot be rendered.
    """
    message = read_message(source)
    body = _body(message)
    if body is None:
        raise DocumentError(f"{source.name}: empty.", hint="The mail has no text.")
    content = _content(body, source.name)
    charset = body.get_content_charset("") or ""
    title = _header(message, "subject")
    inner = Source(source.name, content, source.facts, charset)
    if body.get_content_subtype() == "html":
        from corpus.loaders import html

        return html.load(inner, title=title, without=_HTML_HISTORY)
    outline = Outline(by_hand=True)
    outline.paragraph(*paragraphs_of(_without_history(inner.text())))
    return document_of(source, title, outline.sections())


def read_message(source: Source) -> EmailMessage:
    """The mail in a file.

    Raises:
        DocumentError: it is not a mail, or it is encrypted.
    """
    source.check_size()
    if not _HEADER.match(source.content.lstrip(b"\r\n\xef\xbb\xbf")):
        raise DocumentError(f"{source.name}: not a mail.", hint="Save it as .eml from the mail program.")
    content = source.content.lstrip(b"\r\n\xef\xbb\xbf")
    try:
        _check_headers(BytesParser(policy=policy.compat32).parsebytes(content), source.name)
        message = BytesParser(policy=policy.default).parsebytes(content)
        kind = message.get_content_type()
    except DocumentError:
        raise
    except Exception as error:  # a damaged header raises whatever its first wrong byte leads to
        raise _broken(source.name, error) from error
    if any(isinstance(defect, CloseBoundaryNotFoundDefect) for part in message.walk() for defect in part.defects):
        raise _broken(source.name, ValueError("its end is missing"))
    if kind in {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}:
        raise DocumentError(f"{source.name}: encrypted.", hint="Save it decrypted, or copy its text.")
    return message


def has_text(message: EmailMessage) -> bool:
    """Whether a mail says something itself, besides its attachments."""
    body = _body(message)
    return body is not None and bool(_content(body, "").strip())


def attachments(message: EmailMessage, name: str) -> Iterator[tuple[str, bytes]]:
    """The files that are attached to a mail (name, content); pictures inside its text are left out.

    Raises:
        DocumentError: the mail is damaged.
    """
    try:
        body = _body(message)
        for number, part in enumerate(_leaves(message), start=1):
            if part is body or part.get_content_maintype() == "multipart":
                continue
            disposition = part.get_content_disposition()
            if part.get_content_maintype() == "image" and (disposition != "attachment" or part.get("content-id")):
                continue
            if part.get_content_maintype() == "text" and disposition != "attachment" and not _file_name(part):
                continue  # the same text in another form
            if part.get_content_type() == "message/rfc822":
                inner = part.get_payload(0) if isinstance(part.get_payload(), list) else None
                if isinstance(inner, EmailMessage):
                    yield f"{_header(inner, 'subject') or f'mail {number}'}.eml", inner.as_bytes()
                continue
            yield _file_name(part) or f"attachment {number}", _content(part, name)
    except _FAULTS as error:
        raise _broken(name, error) from error


def _check_headers(message: Message, name: str) -> None:
    """Refuses what is made to exhaust the reader: the time that a header takes grows with the square of its length.

    Raises:
        DocumentError: it is.
    """
    for number, part in enumerate(message.walk(), start=1):
        long = any(len(str(value)) > MAX_HEADER for key, value in part.raw_items() if key.lower() in _READ)
        if number > MAX_PARTS or long:
            raise DocumentError(f"{name}: has too many parts, or too long headers.", hint="Save its text instead.")


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts of a mail, those of the mails attached to it left out."""
    if message.get_content_maintype() == "multipart":
        for part in message.iter_parts():
            if isinstance(part, EmailMessage):
                yield from _leaves(part)
    else:
        yield message


def _body(message: EmailMessage) -> EmailMessage | None:
    """The part that holds the text: the HTML one, since it has the headings, lists and tables."""
    try:
        found = message.get_body(preferencelist=("html", "plain"))
    except _FAULTS:
        return None
    return found if isinstance(found, EmailMessage) else None


def _content(part: EmailMessage, name: str) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except _FAULTS as error:
        raise _broken(name, error) from error
    return payload if isinstance(payload, bytes) else b""


def _header(message: EmailMessage, name: str) -> str:
    """A header's text; bytes that nothing declares, as old mail programs write them, are decoded by their look."""
    try:
        value = str(message.get(name, ""))
        if "\ufffd" in value:
            raw = next(str(found) for key, found in message.raw_items() if key.lower() == name)
            value = decode(raw.encode("ascii", "surrogateescape"), name)
        return " ".join(value.split())
    except (DocumentError, *_FAULTS):
        return ""


def _file_name(part: EmailMessage) -> str:
    name = part.get_filename() or ""
    if "\ufffd" in name:
        named = _NAME.search(_header(part, "content-disposition"))
        name = named[1] if named else name
    return name


def _without_history(body: str) -> str:
    kept: list[str] = []
    for line in body.split("\n"):
        if _HISTORY.fullmatch(line):
            break
        if not _QUOTED.match(line):
            kept.append(line)
    return "\n".join(kept)


def _broken(name: str, error: Exception) -> DocumentError:
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return DocumentError(f"{name}: damaged ({reason}).", hint="Save it again from the mail program.")
