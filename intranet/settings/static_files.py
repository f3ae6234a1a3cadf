"""How static files are named in production."""

from django.core.files.base import File
from whitenoise.storage import CompressedManifestStaticFilesStorage

NAMED_BY_VITE = "build/assets/"


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Names each file after its content, so that a browser may keep it for ever.

    What Vite has named so already keeps its name: its modules import each other by it, and a page that
    loaded one of them under a second name would run it twice.
    """

    def hashed_name(self, name: str, content: File | None = None, filename: str | None = None) -> str:  # type: ignore[type-arg]  # of text or bytes
        if name.startswith(NAMED_BY_VITE):
            return name
        return str(super().hashed_name(name, content, filename))
