"""What can happen to people and teams. Memberships are dated: a change ends one row and opens another."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from anyascii import anyascii
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail import hooks

from intranet.accounts.models import User
from intranet.accounts.services import bump_access_epoch, deactivate_user, reactivate_user
from intranet.people.models import Membership, Profile, ProfileChange, Skill, Team
from intranet.people.words import folded_words, search_words

KEPT_HISTORY = ["title", "about", "place", "days", "phone", "interests", "spoken", "organization"]


class AlreadyInTeam(Exception):
    """The person is in that team now."""


class NotInTeam(Exception):
    """The person is not in that team now."""


@transaction.atomic
def create_person(
    *,
    email: str,
    name: str,
    at: datetime,
    password: str | None = None,
    kind: str = Profile.Kind.EMPLOYEE,
    expires_at: datetime | None = None,
    **profile: Any,
) -> User:
    """Makes an account with its profile, and tells those who follow people."""
    user = User.objects.create_user(email, password, name=name, expires_at=expires_at, joined_at=at)
    user.profile = Profile(user=user, kind=kind, **profile)
    user.profile.search_text = profile_words(user.profile)
    user.profile.save()
    people_changed([user], at=at)
    return user


@transaction.atomic
def update_profile(
    *, profile: Profile, changes: dict[str, Any], skills: Iterable[str] | None = None, by: User, at: datetime
) -> Profile:
    """Changes a profile and keeps what each line said before. `skills` are names, None leaves them.

    Who hides where they are is hidden at once: open sockets are asked again.
    """
    was_shown = profile.shows_presence
    replaced = profile.photo.name if "photo" in changes and changes["photo"] != profile.photo else ""
    log = write_changes(profile, changes, by=by, at=at)
    if skills is not None:
        profile.skills.set(skills_named(skills))
    profile.search_text = profile_words(profile)
    profile.save()
    ProfileChange.objects.bulk_create(log)
    if profile.shows_presence is not was_shown:
        bump_access_epoch()
    if replaced:
        transaction.on_commit(lambda: profile.photo.storage.delete(replaced))
    return profile


def choose_counted(*, user: User, is_counted: bool) -> None:
    """Has a person counted in the figures of their team, or not, from the next quarter that is closed on.

    It is told to nobody and leaves no line in their history.
    """
    Profile.objects.filter(user=user).update(is_counted=is_counted)


def write_changes(profile: Profile, changes: dict[str, Any], *, by: User | None, at: datetime) -> list[ProfileChange]:
    """Sets what differs on an unsaved profile; returns the lines of history to be saved with it."""
    log = []
    for field, after in changes.items():
        before = getattr(profile, field)
        if before == after:
            continue
        setattr(profile, field, after)
        if field in KEPT_HISTORY:
            log.append(ProfileChange(profile=profile, by=by, field=field, before=before, after=after, at=at))
    return log


def skills_named(names: Iterable[str]) -> list[Skill]:
    """The skills of these names, made when nobody had them yet; the same word in other accents is the same skill."""
    return [
        Skill.objects.get_or_create(slug=slug, defaults={"name": name})[0] for slug, name in skill_slugs(names).items()
    ]


def skill_slugs(names: Iterable[str]) -> dict[str, str]:
    """Each skill once: what tells it from the others, and the first way it is written."""
    skills: dict[str, str] = {}
    for name in names:
        if slug := slugify(anyascii(name))[:70]:
            skills.setdefault(slug, name.strip()[:60])
    return skills


def profile_words(profile: Profile) -> str:
    """What a search compares of a person: name, trade, skills, place."""
    skills = profile.skills.values_list("name", flat=True) if profile.pk and not profile._state.adding else []
    return words_with_skills(profile, skills)


def words_with_skills(profile: Profile, skills: Iterable[str]) -> str:
    """The same for skills that are known already: whole words, then their stems."""
    texts = [profile.user.name, profile.title, profile.place, profile.interests, *skills]
    return f"{folded_words(*texts)} {search_words(*texts)}"


@transaction.atomic
def refresh_words() -> int:
    """Writes again what a search compares of every person; returns how many there are."""
    profiles = list(Profile.objects.select_related("user").prefetch_related("skills"))
    for profile in profiles:
        profile.search_text = words_with_skills(profile, [skill.name for skill in profile.skills.all()])
    return int(Profile.objects.bulk_update(profiles, ["search_text"], batch_size=500))


@transaction.atomic
def close_account(*, user: User, by: User, at: datetime) -> User:
    """Somebody left: their teams end that day and they sign in no more. What they wrote stays, and where it is.

    Raises LastAdministrator, and then nothing has changed.
    """
    open_now = list(Membership.objects.open().filter(user=user))
    for membership in open_now:
        end(membership, on=timezone.localdate(at))
    log_account(user, "open", "closed", by=by, at=at)
    deactivate_user(user=user, at=at)
    if open_now:
        memberships_changed([user], at=at)
    return user


@transaction.atomic
def reopen_account(*, user: User, by: User, at: datetime) -> User:
    """Lets somebody who left sign in again, in no team until one takes them in."""
    log_account(user, "closed", "open", by=by, at=at)
    return reactivate_user(user=user, at=at)


def log_account(user: User, before: str, after: str, *, by: User, at: datetime) -> None:
    ProfileChange.objects.create(profile=user.profile, by=by, field="account", before=before, after=after, at=at)


@transaction.atomic
def create_team(
    *, name: str, parent: Team | None, kind: str = Team.Kind.LINE, purpose: str = "", slug: str = ""
) -> Team:
    """Adds a team to the tree, at its root or below `parent`."""
    fields = {"name": name, "slug": slug or slugify(name), "kind": kind, "purpose": purpose}
    team: Team = parent.add_child(**fields) if parent is not None else Team.add_root(**fields)
    return team


@transaction.atomic
def join_team(
    *,
    user: User,
    team: Team,
    at: datetime,
    role: str = Membership.Role.MEMBER,
    is_home: bool = True,
    on: date | None = None,
) -> Membership:
    """Opens a membership. A first line team is the home; taking another home ends the former one's.

    Raises AlreadyInTeam.
    """
    day = on or timezone.localdate(at)
    if Membership.objects.open().filter(user=user, team=team).exists():
        raise AlreadyInTeam
    if is_home:
        for former in Membership.objects.open().filter(user=user, is_home=True):
            end(former, on=day)
    membership = Membership.objects.create(user=user, team=team, role=role, is_home=is_home, starts_on=day)
    memberships_changed([user], at=at)
    return membership


@transaction.atomic
def change_role(*, user: User, team: Team, role: str, at: datetime) -> Membership:
    """Ends the open membership and opens one with another role. Raises NotInTeam."""
    membership = open_membership(user, team)
    if membership.role == role:
        return membership
    day = timezone.localdate(at)
    end(membership, on=day)
    changed = Membership.objects.create(user=user, team=team, role=role, is_home=membership.is_home, starts_on=day)
    memberships_changed([user], at=at)
    return changed


@transaction.atomic
def leave_team(*, user: User, team: Team, at: datetime) -> Membership:
    """Ends a membership. Raises NotInTeam."""
    membership = end(open_membership(user, team), on=timezone.localdate(at))
    memberships_changed([user], at=at)
    return membership


def open_membership(user: User, team: Team) -> Membership:
    membership = Membership.objects.open().filter(user=user, team=team).first()
    if membership is None:
        raise NotInTeam
    return membership


def end(membership: Membership, *, on: date) -> Membership:
    membership.ends_on = max(on, membership.starts_on)
    membership.save(update_fields=["ends_on"])
    return membership


def memberships_changed(users: list[User], *, at: datetime) -> None:
    """Tells those above who hold places for teams; a right may be gone, so sockets are asked again."""
    bump_access_epoch()
    for listener in hooks.get_hooks("after_membership_change"):
        listener(users=users, at=at)


def people_changed(users: list[User], *, at: datetime) -> None:
    """Tells those above that accounts came, closed or opened again."""
    for listener in hooks.get_hooks("after_activation_change"):
        listener(users=users, at=at)
