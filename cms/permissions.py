"""Who may do what in the CMS: Wagtail's rules, kept within the spaces a person sees. Administrators too."""

from collections.abc import Collection as Actions
from typing import Any

from wagtail.documents import get_permission_policy as documents_policy
from wagtail.images import get_permission_policy as images_policy
from wagtail.models import Collection
from wagtail.permission_policies.collections import (
    CollectionManagementPermissionPolicy,
    CollectionOwnershipPermissionPolicy,
)
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy

from cms.base.models import BasePage
from cms.models import SpaceDocument, SpaceImage
from intranet.accounts.models import User
from realtime.spaces.models import Space


def seen_collections(user: User) -> Any:
    """The collections of the active spaces `user` sees; none for guests."""
    if user.is_guest:
        return Collection.objects.none()
    return Collection.objects.filter(folder__space__in=Space.objects.visible_to(user).active().places())


class SpacePagesPolicy(PagePermissionPolicy):
    """Pages of the spaces a person sees; being an administrator opens none."""

    def user_has_any_permission_for_instance(self, user: User, actions: Actions[str], instance: BasePage) -> bool:
        allowed = super().user_has_any_permission_for_instance(user, actions, instance)
        return bool(allowed) and instance.is_open_to_edits_by(user)

    def instances_user_has_any_permission_for(self, user: User, actions: Actions[str]) -> Any:
        return super().instances_user_has_any_permission_for(user, actions).managed_by(user)

    def explorable_instances(self, user: User) -> Any:
        return super().explorable_instances(user).managed_by(user)


class SpaceFilesPolicy(CollectionOwnershipPermissionPolicy):
    """Files of the spaces a person sees, put only where the space still takes them."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return bool(super().user_has_permission(user, action)) and seen_collections(user).exists()

    def user_has_any_permission_for_instance(self, user: User, actions: Actions[str], instance: Any) -> bool:
        allowed = super().user_has_any_permission_for_instance(user, actions, instance)
        return bool(allowed) and seen_collections(user).filter(pk=instance.collection_id).exists()

    def instances_user_has_any_permission_for(self, user: User, actions: Actions[str]) -> Any:
        return super().instances_user_has_any_permission_for(user, actions).managed_by(user)

    def collections_user_has_any_permission_for(self, user: User, actions: Actions[str]) -> Any:
        allowed = super().collections_user_has_any_permission_for(user, actions)
        return Collection.objects.filter(pk__in=allowed.values("pk")) & seen_collections(user)


class CollectionsOfSpacesPolicy(CollectionManagementPermissionPolicy):
    """Collections come and go with their spaces: nobody makes or removes one by hand."""

    def user_has_any_permission(self, user: User, actions: Actions[str]) -> bool:
        return False

    def user_has_permission(self, user: User, action: str) -> bool:
        return False

    def instances_user_has_any_permission_for(self, user: User, actions: Actions[str]) -> Any:
        return Collection.objects.none()


def keep_within_spaces() -> None:
    """Puts our rules where Wagtail looks for them."""
    images, documents = images_policy(), documents_policy()
    register_permission_policy(BasePage, SpacePagesPolicy(BasePage))
    register_permission_policy(SpaceImage, SpaceFilesPolicy(SpaceImage, images.auth_model, "uploaded_by_user"))
    register_permission_policy(SpaceDocument, SpaceFilesPolicy(SpaceDocument, documents.auth_model, "uploaded_by_user"))
    register_permission_policy(Collection, CollectionsOfSpacesPolicy(Collection))
