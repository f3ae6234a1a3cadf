"""Pages and their files, who looks after them, and how they are written together."""

from cms.models.approval import ApprovalDue, TeamApprovalTask, answers_for
from cms.models.care import PageChange, PageOpinion, PageProblem, PageSign, PageWatch, VersionName
from cms.models.events import Attendance
from cms.models.files import Folder, SpaceDocument, SpaceImage, SpaceRendition, cited_by_pages, in_seen_folders
from cms.models.front import AlertBanner, PriorityCard, QuickLink
from cms.models.life import AccessRequest, Bookmark, OldAddress, PageTemplate
from cms.models.pages import (
    HOME,
    CollaborativePage,
    EventPage,
    GuidePage,
    HomePage,
    NewsPage,
    SpacePage,
    WrittenPage,
)
from cms.models.passages import Passage
from cms.models.writing import KeptText, PageText

__all__ = [
    "HOME",
    "AccessRequest",
    "AlertBanner",
    "ApprovalDue",
    "Attendance",
    "Bookmark",
    "CollaborativePage",
    "EventPage",
    "Folder",
    "GuidePage",
    "HomePage",
    "KeptText",
    "NewsPage",
    "OldAddress",
    "PageChange",
    "PageOpinion",
    "PageProblem",
    "PageSign",
    "PageTemplate",
    "PageText",
    "PageWatch",
    "Passage",
    "PriorityCard",
    "QuickLink",
    "SpaceDocument",
    "SpaceImage",
    "SpacePage",
    "SpaceRendition",
    "TeamApprovalTask",
    "VersionName",
    "WrittenPage",
    "answers_for",
    "cited_by_pages",
    "in_seen_folders",
]
