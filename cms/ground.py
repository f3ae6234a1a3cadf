"""What must be there before the first page: the tree's root and Home, the site, the editors' group, the approval.

Called after migrations, so that an empty house stands; calling it again changes nothing.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Site,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.base.models import BasePage
from cms.models import AlertBanner, HomePage, PriorityCard, QuickLink, TeamApprovalTask

EDITORS = "Editors"
APPROVAL = "Approval by the steward team"
PAGE_ACTIONS = ["add", "bulk_delete", "change", "lock", "publish", "unlock"]
FRONT_ACTIONS = ["add", "change", "delete"]
FILE_ACTIONS = ["add", "change", "choose"]


@transaction.atomic
def lay_ground(**kwargs: Any) -> HomePage:
    """Makes what is missing of it; takes what Django's signal `post_migrate` sends and ignores it."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = HomePage.objects.first() or make_home()
    if not Site.objects.exists():
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    group_of_editors()
    if not TeamApprovalTask.objects.exists():
        make_approval(home)
    return home


def make_home() -> HomePage:
    """The root of the tree, the first page under it, and the root of the collections; Wagtail's welcome page goes."""
    welcome = ContentType.objects.get_for_model(BasePage)
    for page in BasePage.objects.filter(depth=2, content_type=welcome):
        page.delete()
    root = BasePage.get_first_root_node() or BasePage.add_root(
        instance=BasePage(title="Root", slug="root", content_type=welcome)
    )
    home: HomePage = root.add_child(instance=HomePage(title="Parvis", slug="home"))
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    return home


def group_of_editors() -> Group:
    """The group whose people open the CMS; what they find there depends on the spaces they see."""
    group = Group.objects.get_or_create(name=EDITORS)[0]
    admin = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")[0]
    group.permissions.add(permission("access_admin", "Can access Wagtail admin", admin))
    pages = ContentType.objects.get_for_model(BasePage)
    root = BasePage.get_first_root_node()
    for action in PAGE_ACTIONS:
        code = f"{action}_{BasePage._meta.model_name}"
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission(code, code, pages))
    for front in (AlertBanner, PriorityCard, QuickLink):
        kind = ContentType.objects.get_for_model(front)
        for action in FRONT_ACTIONS:
            code = f"{action}_{kind.model}"
            group.permissions.add(permission(code, code, kind))
    for model in (Image, Document):
        kind = ContentType.objects.get_for_model(model)
        for action in FILE_ACTIONS:
            code = f"{action}_{kind.model}"
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=Collection.get_first_root_node(), permission=permission(code, code, kind)
            )
    return group


def permission(code: str, name: str, kind: ContentType) -> Permission:
    """The permission, made here when Django has not come to its model yet."""
    return Permission.objects.get_or_create(codename=code, content_type=kind, defaults={"name": name})[0]


def make_approval(home: HomePage) -> Workflow:
    """The workflow of every page: one step, by those who answer for it. Wagtail's own, by a group, goes with its group."""
    Workflow.objects.all().delete()
    Task.objects.all().delete()
    Group.objects.filter(name="Moderators").delete()
    workflow = Workflow.objects.create(name=APPROVAL)
    task = TeamApprovalTask.objects.create(name=APPROVAL)
    WorkflowTask.objects.create(workflow=workflow, task=task.task_ptr, sort_order=0)
    WorkflowPage.objects.create(page=home.basepage_ptr, workflow=workflow)
    return workflow
