"""Pictures and PDF receipts: bytes in; text, codes and a copy that may be stored out.

`examine` does the work and belongs into a worker process: use `Pool` from the event loop. Importing this package loads
neither Pillow nor any other library of the extra `ocr`.
"""

from core.pictures.model import Busy, Read, Reason, Unreadable, refuse_early, sniff
from core.pictures.pool import Pool
from core.pictures.present import available, missing, require_packages

__all__ = ["Busy", "Pool", "Read", "Reason", "Unreadable", "available", "examine", "missing", "sniff"]


def examine(data: bytes, *, ocr: bool = True) -> Read:
    """Reads one file. Blocking, and meant for hostile bytes: call it in a process that may be killed.

    With `ocr=False`, or where Tesseract is missing, no text is read from pixels and `Read.ocr` is False.
    Raises Unreadable, and RuntimeError where the extra `ocr` isn't installed.
    """
    mime = refuse_early(data)
    require_packages()
    from core.pictures import images, pdf

    if mime == "application/pdf":
        return pdf.examine(data, ocr=ocr and available())
    return images.examine(data, mime, ocr=ocr and available())
