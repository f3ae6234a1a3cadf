"""A page as one of its readers has it before them."""

from cms.access import ReadPage, access_page
from cms.base.models import BasePage
from cms.care.foot import Foot, foot_of
from intranet.accounts.models import User


def as_read(page: BasePage, reader: User) -> ReadPage:
    """The page with what its reader may do."""
    return access_page(reader, page.url.removeprefix("/pages/"))


def foot_read(page: BasePage, reader: User) -> Foot:
    """What its reader finds at its foot."""
    return foot_of(as_read(page, reader), reader)
