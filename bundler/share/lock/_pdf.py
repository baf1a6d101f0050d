"""PDF with a passphrase, for phones: AES-256, revision 6 (ISO 32000-2, 7.6.4), all but sizes and lengths encrypted."""

from __future__ import annotations

import io
import secrets

TITLE = "Document"
_ID_BYTES = 16


def is_locked(data: bytes) -> bool:
    """Say whether a PDF asks for a passphrase. Raises ValueError where it cannot be read at all."""
    import pikepdf  # noqa: PLC0415 - 30 ms, and other locks and help need nothing of it

    try:
        pikepdf.open(io.BytesIO(data), suppress_warnings=True).close()
    except pikepdf.PasswordError:
        return True
    except pikepdf.PdfError as error:
        raise ValueError from error
    return False


def locked(data: bytes, words: str) -> bytes:
    """Return a PDF that opens with a passphrase, typed with or without its spaces.

    Objects go into encrypted streams, metadata with them. The former ID, a hash of the content, is replaced by lots,
    and its second half, for which a clock would be asked, by a fixed one. The title is the same for all.
    """
    import pikepdf  # noqa: PLC0415 - as above

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:title"] = TITLE
        pdf.docinfo["/Title"] = pikepdf.String(TITLE)
        drawn = pikepdf.String(secrets.token_bytes(_ID_BYTES))
        pdf.trailer["/ID"] = pikepdf.Array([drawn, drawn])
        pdf.save(
            out, encryption=pikepdf.Encryption(
                user=words.replace(" ", ""), owner=words, R=6, aes=True, metadata=True,
                allow=pikepdf.Permissions(modify_assembly=True),
            ),
            object_stream_mode=pikepdf.ObjectStreamMode.generate, static_id=True, linearize=False,
        )  # fmt: skip
    return out.getvalue()


def unlocked(data: bytes, words: str) -> bytes | None:
    """Return the PDF without its passphrase; None where that is another one. Raises ValueError where it is damaged."""
    import pikepdf  # noqa: PLC0415 - as above

    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data), password=words, suppress_warnings=True) as pdf:
            pdf.save(out, encryption=False, deterministic_id=True)
    except pikepdf.PasswordError:
        return None
    except pikepdf.PdfError as error:
        raise ValueError from error
    return out.getvalue()
